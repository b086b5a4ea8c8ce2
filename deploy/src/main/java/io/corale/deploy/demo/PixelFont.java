package io.corale.deploy.demo;

import java.awt.Graphics2D;
import java.util.Locale;

/**
 * Capitals, digits and some marks of 3 by 5 pixels. A Java runtime on a bare machine finds no font;
 * this one is the same everywhere.
 */
final class PixelFont {
  private static final String GLYPHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,-:'#";

  /** Five rows of three bits each, an octal digit per row, in the order of {@link #GLYPHS}. */
  private static final int[] ROWS = {
    025755, 065656, 034443, 065556, 074647, 074644, 034553, 055755, 072227, 011152, 055655, 044447,
    057755, 065555, 025552, 065644, 025573, 065655, 034216, 072222, 055557, 055552, 055775, 055255,
    055222, 071247, 075557, 026227, 061247, 071317, 055711, 074616, 074757, 071122, 075757, 075717,
    000002, 000024, 000700, 002020, 022000, 057575
  };

  static final int WIDTH = 4;
  static final int HEIGHT = 5;

  private PixelFont() {}

  /** How wide a text is, in pixels. */
  static int width(String text, int scale) {
    return Math.max(0, text.length() * WIDTH - 1) * scale;
  }

  /** Draws with the pen's colour; what has no glyph stays blank. */
  static void draw(Graphics2D pen, String text, int left, int top, int scale) {
    String capitals = text.toUpperCase(Locale.ROOT);
    for (int i = 0; i < capitals.length(); i++) {
      int glyph = GLYPHS.indexOf(capitals.charAt(i));
      for (int bit = 0; glyph >= 0 && bit < 15; bit++) {
        if ((ROWS[glyph] >> (14 - bit) & 1) != 0) {
          int x = left + (i * WIDTH + bit % 3) * scale;
          pen.fillRect(x, top + bit / 3 * scale, scale, scale);
        }
      }
    }
  }
}
