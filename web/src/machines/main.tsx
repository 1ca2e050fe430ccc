import { showPage } from '../ui/page'
import { MachinePage } from './machine-page'
import './machines.css'

const id = decodeURIComponent(location.pathname.split('/')[2] ?? '')
showPage('machine-title', <MachinePage id={id} />)
