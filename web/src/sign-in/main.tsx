import { SignInPage } from './sign-in-page'
import '../ui/form-page.css'
import { showPage } from '../ui/page'

showPage('sign-in-title', <SignInPage />)
