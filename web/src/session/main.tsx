import { showPage } from '../ui/page'
import { startSingleKeys } from './keys'
import { SessionPage } from './session-page'
import '../ui/form-page.css'
import './session.css'
import './pictures.css'

// The address is /s/<session>.
const session = decodeURIComponent(location.pathname.split('/')[2] ?? '')

startSingleKeys()
showPage('live-title', <SessionPage session={session} />)
