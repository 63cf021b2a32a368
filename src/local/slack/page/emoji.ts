// The emoji names apps use, as characters. A name that is not here is shown as it was written.

const TABLE =
  'white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|no_entry ⛔|' +
  'no_entry_sign 🚫|warning ⚠️|rotating_light 🚨|bell 🔔|no_bell 🔕|hourglass ⌛|hourglass_flowing_sand ⏳|' +
  'stopwatch ⏱️|alarm_clock ⏰|clock1 🕐|lock 🔒|unlock 🔓|closed_lock_with_key 🔐|key 🔑|shield 🛡️|eyes 👀|eye 👁️|' +
  'robot_face 🤖|bust_in_silhouette 👤|busts_in_silhouette 👥|raised_hand ✋|wave 👋|thumbsup 👍|+1 👍|thumbsdown 👎|' +
  '-1 👎|pray 🙏|clap 👏|tada 🎉|sparkles ✨|rocket 🚀|fire 🔥|boom 💥|bug 🐛|wrench 🔧|hammer 🔨|gear ⚙️|package 📦|' +
  'inbox_tray 📥|outbox_tray 📤|memo 📝|page_facing_up 📄|clipboard 📋|bookmark 🔖|link 🔗|mag 🔍|bar_chart 📊|' +
  'chart_with_upwards_trend 📈|moneybag 💰|money_with_wings 💸|credit_card 💳|bank 🏦|scales ⚖️|classical_building 🏛️|' +
  'calendar 📅|date 📅|pushpin 📌|round_pushpin 📍|speech_balloon 💬|thought_balloon 💭|information_source ℹ️|' +
  'question ❓|grey_question ❔|exclamation ❗|bangbang ‼️|red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|' +
  'large_green_circle 🟢|large_blue_circle 🔵|white_circle ⚪|black_circle ⚫|large_green_square 🟩|large_red_square 🟥|' +
  'arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|leftwards_arrow_with_hook ↩️|repeat 🔁|' +
  'arrows_counterclockwise 🔄|wastebasket 🗑️|file_folder 📁|card_file_box 🗃️|floppy_disk 💾|computer 💻|cloud ☁️|' +
  'zap ⚡|bulb 💡|smile 😄|slightly_smiling_face 🙂|thinking_face 🤔|see_no_evil 🙈|heart ❤️|star ⭐|100 💯|seedling 🌱|' +
  'coffee ☕|mailbox 📫|email ✉️|telephone_receiver 📞|pager 📟|ticket 🎫|label 🏷️|hammer_and_wrench 🛠️|' +
  'construction 🚧|octagonal_sign 🛑|stop_sign 🛑|heavy_minus_sign ➖|heavy_plus_sign ➕|fast_forward ⏩|' +
  'double_vertical_bar ⏸️|black_square_for_stop ⏹️|ghost 👻|trophy 🏆|dart 🎯|crown 👑|old_key 🗝️|paperclip 📎|scroll 📜';

const EMOJI: ReadonlyMap<string, string> = new Map(
  TABLE.split('|').map((entry): [string, string] => {
    const [name = '', sign = ''] = entry.split(' ');
    return [name, sign];
  }),
);

export function emojiFor(name: string): string | undefined {
  return EMOJI.get(name);
}
