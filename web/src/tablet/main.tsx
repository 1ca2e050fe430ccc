import { showPage } from '../ui/page'
import { TabletPage } from './tablet-page'
import '../ui/big.css'
import './tablet.css'
import './pictures.css'

// The address is /m/<code>, /m/<code>#i=<invitation>, or /m alone.
const code = decodeURIComponent(location.pathname.split('/')[2] ?? '')
const invitation = new URLSearchParams(location.hash.slice(1)).get('i') ?? ''

showPage('tablet-title', <TabletPage code={code} invitation={invitation} />)
