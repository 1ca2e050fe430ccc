export { Compensation } from './compensation'
export { LumaReader } from './luma'
