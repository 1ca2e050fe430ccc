import { NewPasswordPage } from './new-password-page'
import '../ui/form-page.css'
import { showPage } from '../ui/page'

showPage('new-password-title', <NewPasswordPage token={location.hash.slice(1)} />)

// Another link put into the same tab changes the fragment only, which loads nothing.
addEventListener('hashchange', () => location.reload())
