package io.corale.flow;

/**
 * One thing that is wrong with a composition's source, at its place.
 *
 * @param line from 1
 * @param column from 1
 * @param message what was found and what was expected
 * @param hint what to do about it, such as {@code did you mean 'with'?}; may be empty
 */
public record Diagnostic(int line, int column, String message, String hint)
    implements Comparable<Diagnostic> {
  public Diagnostic {
    if (line < 1 || column < 1) {
      throw new IllegalArgumentException("line and column count from 1");
    }
  }

  /** In the order of reading. */
  @Override
  public int compareTo(Diagnostic other) {
    int byLine = Integer.compare(line, other.line);
    if (byLine != 0) {
      return byLine;
    }
    int byColumn = Integer.compare(column, other.column);
    return byColumn != 0 ? byColumn : message.compareTo(other.message);
  }

  /** {@code line:column: message; hint}, the form that editors and people jump to. */
  @Override
  public String toString() {
    String place = line + ":" + column + ": " + message;
    return hint.isEmpty() ? place : place + "; " + hint;
  }
}
