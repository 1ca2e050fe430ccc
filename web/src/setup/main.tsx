import { SetupPage } from './setup-page'
import '../ui/form-page.css'
import { showPage } from '../ui/page'

showPage('setup-title', <SetupPage token={location.hash.slice(1)} />)
