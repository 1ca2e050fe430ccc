import { useState } from 'preact/hooks'
import { account, answersCalls } from '../lib/account'
import { dateTime } from '../lib/format'
import { t } from '../lib/i18n'
import type { Machine } from '../lib/wire'
import { Button, IconButton } from '../ui/button'
import { LabelDialog } from '../ui/label-dialog'
import { Empty, Panel } from '../ui/panel'
import { AddMachineDialog } from './add-machine-dialog'
import { machines } from './directory'
import { InviteDialog } from './invite-dialog'
import { findMachines } from './search'

type Open = { dialog: 'label' | 'invite'; machine: Machine } | { dialog: 'add' } | null

export function MachinesPanel() {
  const [query, setQuery] = useState('')
  const [open, setOpen] = useState<Open>(null)
  const all = machines.value
  const found = findMachines(all ?? [], query)
  const close = (): void => setOpen(null)

  return (
    <Panel
      title={t('machines-title')}
      count={all?.length}
      tools={
        account.value?.role === 'admin' && (
          <Button icon="plus" onClick={() => setOpen({ dialog: 'add' })}>
            {t('machine-add')}
          </Button>
        )
      }
    >
      {all && all.length > 0 && (
        <div class="search">
          <input
            class="input"
            type="search"
            aria-label={t('machine-search')}
            placeholder={t('machine-search')}
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        </div>
      )}
      {all?.length === 0 && <Empty icon="machine">{t('machines-empty')}</Empty>}
      {all && all.length > 0 && found.length === 0 && <Empty icon="search">{t('machines-none-found')}</Empty>}
      <ul class="rows machines">
        {found.map((machine) => (
          <MachineRow key={machine.id} machine={machine} onOpen={setOpen} />
        ))}
      </ul>
      {open?.dialog === 'add' && <AddMachineDialog onClose={close} />}
      {open?.dialog === 'label' && <LabelDialog machine={open.machine} onClose={close} />}
      {open?.dialog === 'invite' && <InviteDialog machine={open.machine} onClose={close} />}
    </Panel>
  )
}

function MachineRow({ machine, onOpen }: { machine: Machine; onOpen: (open: Open) => void }) {
  const mayInvite = account.value !== null && answersCalls(account.value)
  return (
    <li>
      <div class="words">
        <strong>
          <a href={`/machines/${machine.id}`}>{machine.name}</a>
        </strong>
        <p class="soft small">
          {machine.site} · <span class="code">{machine.code}</span>
        </p>
        <p class="soft small">
          {machine.sessions > 0
            ? t('machine-sessions', { count: machine.sessions, last: dateTime(machine.last_session_at) })
            : t('machine-no-sessions')}
        </p>
      </div>
      <div class="actions">
        <IconButton
          icon="qr"
          label={t('machine-label', { name: machine.name })}
          onClick={() => onOpen({ dialog: 'label', machine })}
        />
        {mayInvite && (
          <Button
            icon="link"
            aria-label={t('invite-to', { name: machine.name })}
            onClick={() => onOpen({ dialog: 'invite', machine })}
          >
            {t('invite')}
          </Button>
        )}
      </div>
    </li>
  )
}
