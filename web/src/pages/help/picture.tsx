/**
 * Pictures of the steps, in the language of the guide. The browser suite takes them (`make guide-pictures`); a language
 * that has none, as a new one, does without.
 */
import type { ComponentChildren } from "preact";
import { locale } from "../../i18n";
import list from "./pictures/pictures.json";

export type Shot = "devices" | "store" | "enter" | "save" | "working" | "updated" | "key";

interface Picture {
  readonly light: string;
  readonly dark: string;
  /** In CSS pixels, as it was taken. */
  readonly width: number;
  readonly height: number;
}

/** Width and height of each picture, by language. */
type Sizes = Readonly<Record<string, { readonly sizes: Readonly<Record<string, readonly number[]>> }>>;

const SIZES: Sizes = list;
const ADDRESSES = import.meta.glob<string>("./pictures/*/*.webp", { query: "?url", import: "default", eager: true });

/** The picture of a step in a language, or null where there is none. */
export function pictureOf(tag: string, shot: Shot): Picture | null {
  const [width, height] = SIZES[tag]?.sizes[shot] ?? [];
  const [light, dark] = ["light", "dark"].map((theme) => ADDRESSES[`./pictures/${tag}/${shot}-${theme}.webp`]);
  if (width === undefined || height === undefined || light === undefined || dark === undefined) return null;
  return { light, dark, width, height };
}

/** Words with a picture of what they speak of: beside them where there is room. */
export function Pictured({ shot, children }: { readonly shot: Shot; readonly children: ComponentChildren }) {
  const picture = pictureOf(locale.value, shot);
  if (picture === null) return <>{children}</>;
  return (
    <div class="help-pictured">
      <div>{children}</div>
      <ThemedPicture picture={picture} />
    </div>
  );
}

/**
 * Its alternative is empty, since it is no second source: the words beside it say what to do, and the page that it shows
 * says the same again. On paper it is the light one, as all of the guide is.
 */
function ThemedPicture({ picture: { light, dark, width, height } }: { readonly picture: Picture }) {
  return (
    <picture class="help-picture">
      <source srcset={dark} media="screen and (prefers-color-scheme: dark)" />
      <img src={light} width={width} height={height} alt="" loading="lazy" decoding="async" />
    </picture>
  );
}
