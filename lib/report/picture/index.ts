export { descriptionOf, pictureOf } from './derive';
export { drawingOf } from './layout';
