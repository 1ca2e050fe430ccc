import { showPage } from '../ui/page'
import { ConsolePage } from './console-page'
import './console.css'

showPage('console-title', <ConsolePage />)
