/** A table of words written as text: parts between `|`, over several lines; blanks inside a part count, line ends do not. */
export function wordList(text: string): readonly string[] {
  return text.split(/[|\n]/).filter((word) => word !== '');
}
