import { showPage } from '../ui/page'
import { NotFoundPage } from './not-found-page'
import '../ui/form-page.css'

showPage('not-found-title', <NotFoundPage />)
