import { showPage } from '../ui/page'
import { ReplayPage } from './replay-page'
import './replay.css'

const id = decodeURIComponent(location.pathname.split('/')[2] ?? '')
const asked = Number.parseFloat(new URLSearchParams(location.search).get('t') ?? '')
showPage('replay-title', <ReplayPage id={id} startSeconds={Number.isFinite(asked) ? asked : null} />)
