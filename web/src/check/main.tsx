import { showPage } from '../ui/page'
import { CheckPage } from './check-page'
import '../ui/big.css'
import './check.css'

// The address is /check for who is signed in, /check/<machine's code> for who stands in front of a machine.
const code = decodeURIComponent(location.pathname.split('/')[2] ?? '')

showPage('check-title', <CheckPage code={code} />)
