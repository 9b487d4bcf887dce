import { SettingName } from './definition';
import { settingNames, settingOf } from './environment';

/** The table of settings for the documentation, in Markdown. */
export function settingsTable(): string {
  const rows = settingNames.map((name) => `| ${cells(name).join(' | ')} |`);
  return ['| Variable | Required? | Default | Description |', '|---|---|---|---|', ...rows].join('\n');
}

function cells(name: SettingName): string[] {
  const { variable, required, codec, default: fallback, original, description } = settingOf(name);
  const shownDefault = fallback === undefined ? '' : `\`${codec.format(fallback)}\``;
  return [`\`${variable}\`${original ? '' : ' ⁺'}`, required, shownDefault, description];
}
