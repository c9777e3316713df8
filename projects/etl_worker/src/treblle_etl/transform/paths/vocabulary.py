"""Words that many APIs have in their paths: a mild prior for a word nothing else is known of.

Verbs and nouns of software in general, of no API in particular; what a project's own words are is
learned from its traffic.
"""

from typing import Final

_TEXT: Final = """
    abort about accept access account accounts acknowledge action actions activate active
    activities activity add address addresses admin admins agent agents aggregate alert alerts
    alias aliases all analytics api apis app application applications apply approve archive
    archived article articles asset assets assign assignments attach attachment attachments
    attributes audit auth authorization authorizations authorize availability available avatar
    balance balances ban bans base batch bill billing blob blobs block blocks book bookmark
    bookmarks branch branches brand brands broadcast browse bucket buckets build builds bulk
    business by cache calendar call calls campaign campaigns cancel capture card cards cart
    carts catalog categories category certificate certificates change changes channel channels
    charge charges chat check checkout children claim claims clear client clients clone close
    cluster clusters code codes collection collections commands comment comments commit commits
    companies company compare complete completions config configs configuration configurations
    confirm connect connection connections contact contacts container containers content
    contents conversation conversations convert copy count countries country counts coupon
    coupons create created credential credentials credit credits currencies currency current
    custom customer customers daily dashboard dashboards data database databases date day
    deactivate debug default delete deleted deliver deliveries delivery deploy deployment
    deployments description details detect device devices diff disable disabled discount
    discounts dismiss dispute disputes docs document documents domain domains download downloads
    draft drafts duplicate edit email emails embeddings empty enable enabled end endpoint
    endpoints entities entries entry environment environments error errors estimate evaluate
    event events exchange execute execution executions export exports extend external features
    feed feedback fees field fields file files filter filters find finish flag flags folder
    folders follow followers following fork forks form forms forward free friends funding
    generate get global grant grants graph graphql group groups guest health healthcheck healthz
    help hidden history home hook hooks host hosts hour id identities identity image images
    import imports inbox info information ingest input insights install installations instance
    instances integration integrations internal invitation invitations invite invites invoice
    invoices issue issues item items job jobs join key keys kill label labels language languages
    latest launch layers leave legal level levels library like likes limit limits line link
    links list lists live load locale locales location locations lock log login logo logout logs
    lookup mail mailbox manage map maps mark market markets me media meetings member members
    membership memberships merchant merchants merge message messages meta metadata method
    methods metrics migrate migrations mine model models modules monitor monitors month monthly
    move my name names network networks new next node nodes note notes notification
    notifications oauth object objects offer offers online open operation operations option
    options order orders org organisations organization organizations output overview owner
    owners package packages page pages parent participants partner partners password path pause
    pay payment payments payout payouts pending people performance permission permissions photo
    photos pin ping pins pipeline pipelines place plan plans platform play player players
    playlist playlists plugins policies policy poll polls pool popular post posts preferences
    preview price prices pricing primary private process product products profile profiles
    project projects promote properties property provider providers public publish pull purchase
    push queries query queue queues quote quotes random rank rate rates ratings reaction
    reactions read ready recent recipients recommendations records recover redirect refresh
    refund refunds region regions register registration reject related release releases remove
    rename render renew reorder replace replies reply report reports repositories repository
    request requests resend reset resize resolve resource resources respond restart restore
    results resume retry return reverse review reviews revision revisions revoke role roles room
    rooms root rotate route routes rule rules run runs sales save scan scans schedule schedules
    schema schemas scope scopes score search secret secrets section security segments sell send
    server servers service services session sessions set settings setup shard share shared
    shares shipment shipments shipping shop sign signature signin signup site sites size
    snapshot snapshots sort source sources space spaces spec stage starred start stat state
    states statistics stats status statuses step steps stock stop storage store stores stream
    streams style sub subscribe subscription subscriptions suggestions summary suspend swap
    switch sync system systems table tables tag tags target targets task tasks tax taxes team
    teams template templates terminal terminals terms test tests thread threads ticket tickets
    time timeline title to today token tokens top topic topics total track trade trades
    transaction transactions transfer transfers translate trash tree trending trigger triggers
    type types unarchive unblock unfollow unlock unread update updates upgrade upload uploads
    url urls usage use user username users utils validate validation value values variable
    variables variants verification verifications verify version versions video videos view
    views void vote votes wallet wallets watch webhook webhooks week weekly widget withdraw
    withdrawals word workflow workflows workspace workspaces write year zone zones
"""
WORDS: Final = frozenset(_TEXT.split())
