/**
 * Facts about which hosts carry which service, written by us from general knowledge in 2026-11. Nothing
 * here is taken from a list, so no list's licence covers it. Of each service: its id in policies, its
 * main category and its name for people; below that its hosts, each with everything under it.
 *
 * INVARIANT: a host is here only when the service is all that it carries. What a service keeps on a
 * shared network (Akamai, CloudFront, Google's storage) is left out, because opening that would open
 * whatever else is on it; a single host there stands with `=` in front, as in a policy.
 */
export const SERVICE_TABLE = `
bereal comms.social BeReal
  bereal.com bere.al bereal.network
bluesky comms.social Bluesky
  bsky.app bsky.social bsky.network
clubhouse comms.social Clubhouse
  clubhouse.com joinclubhouse.com clubhouseapi.com
facebook comms.social Facebook
  facebook.com facebook.net fb.com fb.me fb.watch fb.gg fbcdn.net fbsbx.com fbpigeon.com
instagram comms.social Instagram
  instagram.com cdninstagram.com instagr.am ig.me igcdn.com igsonar.com
lemon8 comms.social Lemon8
  lemon8-app.com lemon8cdn.com
linkedin comms.social LinkedIn
  linkedin.com licdn.com lnkd.in
locket comms.social Locket
  locket.camera locketcamera.com
mastodon comms.social Mastodon (its largest servers)
  joinmastodon.org mastodon.social mastodon.online mastodon.world mstdn.social mas.to
nextdoor comms.social Nextdoor
  nextdoor.com nextdoor.co.uk
pinterest comms.social Pinterest
  pinterest.com pinterest.co.uk pinimg.com pin.it
reddit comms.social Reddit
  reddit.com redd.it redditmedia.com redditstatic.com redditinc.com redditmail.com
rednote comms.social RedNote (Xiaohongshu)
  xiaohongshu.com rednote.com xhscdn.com xhscdn.net xhslink.com
snapchat comms.social Snapchat
  snapchat.com snap.com sc-cdn.net sc-jpl.com sc-prod.net sc-static.net snapads.com snapkit.com
  snap-dev.net bitmoji.com
threads comms.social Threads
  threads.com threads.net
tiktok comms.social TikTok
  tiktok.com tiktokcdn.com tiktokcdn-eu.com tiktokcdn-us.com tiktokd.org tiktokv.com tiktokv.eu
  tiktokv.us tiktokw.eu tiktokw.us ttlivecdn.com ttlstatic.com ttwstatic.com byteoversea.com
  ibyteimg.com ibytedtos.com ipstatp.com muscdn.com musical.ly
truth_social comms.social Truth Social
  truthsocial.com
tumblr comms.social Tumblr
  tumblr.com txmblr.com
vk comms.social VK
  vk.com vk.ru vk.me vk.cc vkontakte.ru userapi.com vk-cdn.net vkuser.net vkuservideo.net
weibo comms.social Weibo
  weibo.com weibo.cn sinaimg.cn weibocdn.com
wizz comms.social Wizz
  wizz.chat wizzapp.com getwizz.io
x_twitter comms.social X (formerly Twitter)
  x.com twitter.com twimg.com t.co twttr.com twtrdns.net twitpic.com periscope.tv pscp.tv
  tweetdeck.com
yubo comms.social Yubo
  yubo.live

discord comms.chat Discord
  discord.com discord.gg discord.gift discord.gifts discord.media discord.new discord.dev
  discord.co discordapp.com discordapp.net discordapp.io discordcdn.com discordstatus.com
  discord-activities.com discordactivities.com discordsays.com discordmerch.com dis.gd
element comms.chat Element and Matrix
  element.io matrix.org riot.im vector.im
kakaotalk comms.chat KakaoTalk
  kakaotalk.com kakaocorp.com kakao.com kakaocdn.net
kik comms.chat Kik
  kik.com
line comms.chat LINE
  line.me line-apps.com line-apps-beta.com line-cdn.net line-scdn.net lin.ee linecorp.com
messenger comms.chat Messenger
  messenger.com m.me msngr.com
session comms.chat Session
  getsession.org session.org
signal comms.chat Signal
  signal.org signal.me signal.art signal.group signal.link signal.tube whispersystems.org
skype comms.chat Skype
  skype.com skype.net skypeassets.com
slack comms.chat Slack
  slack.com slack-edge.com slack-files.com slack-imgs.com slack-msgs.com slack-core.com
  slack-redir.net slackb.com
telegram comms.chat Telegram
  telegram.org telegram.me telegram.dog t.me telesco.pe graph.org tg.dev tx.me
  telegram-cdn.org cdn-telegram.org contest.com comments.app usercontent.dev quiz.directory
  tdesktop.com
threema comms.chat Threema
  threema.ch threema.id
viber comms.chat Viber
  viber.com vb.me viber.me
wechat comms.chat WeChat
  wechat.com weixin.qq.com weixinbridge.com wechatapp.com servicewechat.com wechatpay.com wx.qq.com
whatsapp comms.chat WhatsApp
  whatsapp.com whatsapp.net whatsapp.org whatsapp.info whatsapp.biz whatsapp.tv whatsappbrand.com
  wa.me wl.co

apple_music media.video_audio Apple Music
  music.apple.com
audible media.video_audio Audible
  audible.co.uk audible.com
bandcamp media.video_audio Bandcamp
  bandcamp.com bcbits.com
deezer media.video_audio Deezer
  deezer.com dzcdn.net
iheart media.video_audio iHeart
  iheart.com iheartradio.com ihrhls.com
mixcloud media.video_audio Mixcloud
  mixcloud.com
shazam media.video_audio Shazam
  shazam.com
soundcloud media.video_audio SoundCloud
  soundcloud.com sndcdn.com
spotify media.video_audio Spotify
  spotify.com spotify.link scdn.co spotifycdn.com spotifycdn.net spoti.fi pscdn.co tospotify.com
  anchor.fm byspotify.com
tidal media.video_audio TIDAL
  tidal.com tidalhifi.com
vimeo media.video_audio Vimeo
  vimeo.com vimeocdn.com vimeopro.com livestream.com vhx.tv
youtube media.video_audio YouTube
  youtube.com youtube.co.uk youtube-nocookie.com youtubeeducation.com youtubekids.com youtu.be
  yt.be ytimg.com googlevideo.com ggpht.com =youtube.googleapis.com =youtubei.googleapis.com
  =youtubeembeddedplayer.googleapis.com =youtube-ui.l.google.com =ytimg.l.google.com
  =wide-youtube.l.google.com

apple_tv media.entertainment Apple TV
  tv.apple.com tv.g.apple.com
bilibili media.entertainment Bilibili
  bilibili.com bilibili.tv bilivideo.com bilivideo.cn biliapi.com biliapi.net biliintl.com
  bilicdn1.com b23.tv hdslb.com acg.tv
channel_4 media.entertainment Channel 4
  channel4.com c4assets.com
channel_5 media.entertainment Channel 5
  channel5.com my5.tv
crunchyroll media.entertainment Crunchyroll
  crunchyroll.com crunchyrollsvc.com vrv.co
dailymotion media.entertainment Dailymotion
  dailymotion.com dmcdn.net dm-event.net dai.ly
discovery_plus media.entertainment Discovery+
  discoveryplus.com discoveryplus.co.uk disco-api.com
disney_plus media.entertainment Disney+
  disneyplus.com disney-plus.net bamgrid.com dssott.com disneystreaming.com dssedge.com
  disney-plus.com disneyplus.disney.co.uk
hbo_max media.entertainment HBO Max
  hbomax.com max.com hbo.com hbomaxcdn.com hbonow.com hbogo.com discomax.com
hulu media.entertainment Hulu
  hulu.com huluim.com hulustream.com
itvx media.entertainment ITVX
  itv.com itvx.com
kick media.entertainment Kick
  kick.com
netflix media.entertainment Netflix
  netflix.com netflix.net nflxext.com nflximg.com nflximg.net nflxso.net nflxvideo.net
  nflxsearch.net fast.com
now_tv media.entertainment NOW
  nowtv.com now.tv.com
odysee media.entertainment Odysee
  odysee.com odycdn.com lbry.com lbry.tv
paramount_plus media.entertainment Paramount+
  paramountplus.com pplusstatic.com cbsaavideo.com cbsivideo.com
plex media.entertainment Plex
  plex.tv plex.direct plexapp.com
pluto_tv media.entertainment Pluto TV
  pluto.tv
prime_video media.entertainment Prime Video
  primevideo.com amazonvideo.com aiv-cdn.net aiv-delivery.net pv-cdn.net atv-ps.amazon.com
  atv-ps-eu.amazon.com atv-ps-eu.amazon.co.uk
rumble media.entertainment Rumble
  rumble.com rmbl.ws 1a-1791.com
twitch media.entertainment Twitch
  twitch.tv twitchcdn.net twitchsvc.net ttvnw.net jtvnw.net ext-twitch.tv twitch.com
  hls.live-video.net

among_us media.games Among Us
  among.us innersloth.com
battle_net media.games Battle.net and Blizzard
  battle.net blizzard.com blz-contentstack.com bnet.com playoverwatch.com playhearthstone.com
  worldofwarcraft.com diablo3.com starcraft2.com =blzddist1-a.akamaihd.net
call_of_duty media.games Call of Duty and Activision
  activision.com callofduty.com demonware.net
chess_com media.games Chess.com
  chess.com chesscomfiles.com chesskid.com
crazygames media.games CrazyGames
  crazygames.com 1001juegos.com
ea_games media.games EA
  ea.com origin.com =eaassets-a.akamaihd.net tnt-ea.com easports.com pogo.com
epic_games media.games Epic Games and Fortnite
  epicgames.com epicgames.dev fortnite.com unrealengine.com fallguys.com rocketleague.com
geforce_now media.games GeForce NOW
  geforcenow.com nvidiagrid.net
geoguessr media.games GeoGuessr
  geoguessr.com
gog media.games GOG
  gog.com gog-statics.com gogalaxy.com
hoyoverse media.games HoYoverse (Genshin Impact)
  hoyoverse.com hoyolab.com mihoyo.com genshinimpact.com
itch_io media.games itch.io
  itch.io itch.zone
krunker media.games Krunker
  krunker.io browserfps.com yendis.ch
lichess media.games Lichess
  lichess.org lichess1.org
minecraft media.games Minecraft
  minecraft.net minecraftservices.com mojang.com minecraft-services.net
nintendo media.games Nintendo
  nintendo.com nintendo.co.uk nintendo.net nintendo.eu nintendoswitch.com nintendowifi.net
pokemon_go media.games Pokémon GO
  pokemongolive.com nianticlabs.com
playstation media.games PlayStation
  playstation.com playstation.net sonyentertainmentnetwork.com
poki media.games Poki
  poki.com poki.io poki-gdn.com poki-cdn.com
riot_games media.games Riot Games (League of Legends, Valorant)
  riotgames.com leagueoflegends.com playvalorant.com pvp.net riotcdn.net lolesports.com
  lolstatic.com valorantesports.com teamfighttactics.com
roblox media.games Roblox
  roblox.com rbx.com rbxcdn.com rbxtrk.com robloxlabs.com robloxdev.com rblx.com rbxinfra.com
  robloxcdn.com
rockstar media.games Rockstar Games
  rockstargames.com rsg.sc
shell_shockers media.games Shell Shockers
  shellshock.io shellshockers.club eggcombat.com mathactivity.club
steam media.games Steam
  steampowered.com steamcommunity.com steamcontent.com steamstatic.com steamusercontent.com
  steamgames.com steam-chat.com steamserver.net steam-api.com s.team valvesoftware.com
  =steamcdn-a.akamaihd.net
supercell media.games Supercell (Brawl Stars, Clash of Clans)
  supercell.com brawlstars.com clashofclans.com clashroyale.com haydaygame.com boombeach.com
  supercell.net
ubisoft media.games Ubisoft
  ubisoft.com ubi.com ubisoftconnect.com uplay.com
vrchat media.games VRChat
  vrchat.com vrchat.cloud
world_of_tanks media.games Wargaming (World of Tanks)
  wargaming.net worldoftanks.eu worldoftanks.com worldofwarships.eu worldofwarships.com wgcdn.co
xbox media.games Xbox
  xbox.com xboxlive.com xboxservices.com xboxab.com gamepass.com

500px comms.photo_sharing 500px
  500px.com 500px.org
flickr comms.photo_sharing Flickr
  flickr.com flickr.net flic.kr staticflickr.com
giphy comms.photo_sharing GIPHY
  giphy.com gph.is
imgur comms.photo_sharing Imgur
  imgur.com imgur.io
tenor comms.photo_sharing Tenor
  tenor.com tenor.co

box files.hosting Box
  box.com box.net boxcdn.net boxcloud.com boxenterprise.net
dropbox files.hosting Dropbox
  dropbox.com dropboxapi.com dropboxbusiness.com dropboxcaptcha.com dropboxforum.com
  dropboxstatic.com dropboxusercontent.com dropbox.tech getdropbox.com db.tt
mediafire files.hosting MediaFire
  mediafire.com mediafireuserupload.com
mega files.hosting MEGA
  mega.nz mega.io mega.co.nz
onedrive files.hosting OneDrive (personal)
  onedrive.live.com onedrive.com 1drv.com 1drv.ms storage.live.com livefilestore.com
terabox files.hosting TeraBox
  terabox.com 1024terabox.com teraboxapp.com 1024tera.com
wetransfer files.hosting WeTransfer
  wetransfer.com wetransfer.net we.tl

character_ai ai.companions Character.AI
  character.ai c.ai characterai.io
chatgpt ai.generative ChatGPT
  chatgpt.com chat.com openai.com oaistatic.com oaiusercontent.com sora.com
claude ai.generative Claude
  claude.ai claude.com anthropic.com claudeusercontent.com
copilot ai.generative Microsoft Copilot
  copilot.microsoft.com copilot.cloud.microsoft copilot.com
deepseek ai.generative DeepSeek
  deepseek.com
gemini ai.generative Google Gemini
  gemini.google.com gemini.google bard.google.com aistudio.google.com
grok ai.generative Grok
  grok.com grok.x.com x.ai
meta_ai ai.generative Meta AI
  meta.ai
midjourney ai.generative Midjourney
  midjourney.com mj.run
mistral ai.generative Mistral
  mistral.ai
notebooklm ai.generative NotebookLM
  notebooklm.google.com notebooklm.google
perplexity ai.generative Perplexity
  perplexity.ai perplexity.com pplx.ai
poe ai.generative Poe
  poe.com poecdn.net
suno ai.generative Suno
  suno.com suno.ai

amazon life.shopping Amazon
  amazon.co.uk amazon.com amazon.de amazon.fr amazon.ie amzn.to amzn.eu a.co media-amazon.com
  ssl-images-amazon.com images-amazon.com
aliexpress life.shopping AliExpress
  aliexpress.com aliexpress-media.com aliexpress.us
ebay life.shopping eBay
  ebay.com ebay.co.uk ebay.ie ebay.us ebayimg.com ebaystatic.com ebayrtm.com ebaydesc.com
etsy life.shopping Etsy
  etsy.com etsystatic.com etsy.me
shein life.shopping SHEIN
  shein.com shein.co.uk sheingsp.com ltwebstatic.com
temu life.shopping Temu
  temu.com temu.to kwcdn.com
vinted life.shopping Vinted
  vinted.co.uk vinted.com vinted.net

app_store files.app_stores Apple App Store
  apps.apple.com itunes.apple.com itunes.com appstore.com mzstatic.com
google_play files.app_stores Google Play
  play.google.com =android.clients.google.com =play.googleapis.com =play-fe.googleapis.com

bbc edu.allow BBC
  bbc.co.uk bbc.com bbc.net.uk bbci.co.uk
blooket media.educational_games Blooket
  blooket.com
canva edu.allow Canva
  canva.com canva-apps.com
classdojo edu.allow ClassDojo
  classdojo.com
code_org edu.allow Code.org
  code.org hourofcode.com codeprojects.org
desmos edu.allow Desmos
  desmos.com
duolingo edu.allow Duolingo
  duolingo.com duolingo.cn
edpuzzle edu.allow Edpuzzle
  edpuzzle.com
gimkit media.educational_games Gimkit
  gimkit.com gimkitconnect.com
google_classroom edu.allow Google Classroom
  classroom.google.com =classroom.googleapis.com edu.google.com
google_docs edu.allow Google Docs and Drive
  docs.google.com drive.google.com forms.google.com forms.gle
kahoot edu.allow Kahoot!
  kahoot.com kahoot.it
khan_academy edu.allow Khan Academy
  khanacademy.org kastatic.org kasandbox.org khanacademy.com
mentimeter edu.allow Mentimeter
  mentimeter.com menti.com
microsoft_365 edu.allow Microsoft 365
  office.com office.net office365.com microsoft365.com microsoftonline.com msauth.net msftauth.net
  sharepoint.com onenote.com onenote.net outlook.cloud.microsoft m365.cloud.microsoft
microsoft_teams edu.allow Microsoft Teams
  teams.microsoft.com teams.cloud.microsoft teams.live.com teams.office.com teams.office.net
minecraft_education media.educational_games Minecraft Education
  education.minecraft.net minecrafteduservices.com
nearpod edu.allow Nearpod
  nearpod.com
padlet edu.allow Padlet
  padlet.com padlet.net padlet.org padletcdn.com padlet.pics
quizizz edu.allow Quizizz (Wayground)
  quizizz.com wayground.com
quizlet edu.allow Quizlet
  quizlet.com quizlet.live quizlet.org
raspberry_pi edu.allow Raspberry Pi Foundation
  raspberrypi.org codeclub.org
satchel edu.allow Satchel One
  satchelone.com teamsatchel.com
scratch edu.allow Scratch
  scratch.mit.edu scratchfoundation.org
seesaw edu.allow Seesaw
  seesaw.me seesaw.com
seneca edu.allow Seneca
  senecalearning.com
sparx edu.allow Sparx Learning
  sparx-learning.com sparxmaths.com sparxmaths.uk sparxreader.com
ted edu.allow TED
  ted.com tedcdn.com
times_tables_rock_stars edu.allow Times Tables Rock Stars
  ttrockstars.com numbots.com
tinkercad edu.allow Tinkercad
  tinkercad.com
wikipedia edu.allow Wikipedia and its sister projects
  wikipedia.org wikimedia.org wikidata.org wiktionary.org wikibooks.org mediawiki.org wikiquote.org
  wikisource.org wikiversity.org wikivoyage.org wikimediafoundation.org w.wiki
zoom edu.allow Zoom
  zoom.us zoom.com
`
