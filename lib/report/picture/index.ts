export { descriptionOf, pictureOf, podTitle } from './derive';
export { drawingOf } from './layout';
