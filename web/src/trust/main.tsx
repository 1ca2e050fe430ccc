import { showPage } from '../ui/page'
import { TrustPage } from './trust-page'
import '../ui/form-page.css'
import './trust.css'

showPage('trust-title', <TrustPage />)
