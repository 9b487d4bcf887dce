export { eventually } from '../lab/eventually';
