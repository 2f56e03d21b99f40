/** A text in which the part that a search has found is underlined. */
import { pieces } from "../../domain/search";
import "./found.css";

export function Found({ text, question }: { readonly text: string; readonly question: string }) {
  return <bdi>{pieces(text, question).map((piece, place) => (piece.found ? <mark key={place}>{piece.text}</mark> : piece.text))}</bdi>;
}
