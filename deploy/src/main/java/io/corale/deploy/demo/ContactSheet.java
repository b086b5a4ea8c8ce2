package io.corale.deploy.demo;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Many thumbnails on one page, each with its number and label. Pure. */
final class ContactSheet {
  static final int FRAME_WIDTH = 96;
  static final int FRAME_HEIGHT = 72;

  private static final int COLUMNS = 10;
  private static final int MARGIN = 24;
  private static final int GAP = 12;
  private static final int CAPTION = 20;
  private static final int HEAD = 44;
  private static final Color PAPER = new Color(0xfa, 0xf8, 0xf4);
  private static final Color INK = new Color(0x22, 0x2b, 0x38);
  private static final Color PALE = new Color(0x8a, 0x8f, 0x98);

  private ContactSheet() {}

  /** A thumbnail of 96 by 72, the number of its picture and what somebody saw in it. */
  record Frame(int number, BufferedImage thumbnail, String label) {}

  /** Lays the frames out in the order given, below a title. */
  static BufferedImage of(String title, List<Frame> frames) {
    int cellWidth = FRAME_WIDTH + GAP;
    int cellHeight = FRAME_HEIGHT + CAPTION + GAP;
    int rows = (frames.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage sheet =
        new BufferedImage(
            2 * MARGIN + COLUMNS * cellWidth - GAP,
            2 * MARGIN + HEAD + rows * cellHeight - GAP,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = sheet.createGraphics();
    try {
      pen.setColor(PAPER);
      pen.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
      pen.setColor(INK);
      PixelFont.draw(pen, title, MARGIN, MARGIN, 3);
      for (int i = 0; i < frames.size(); i++) {
        int left = MARGIN + i % COLUMNS * cellWidth;
        int top = MARGIN + HEAD + i / COLUMNS * cellHeight;
        draw(pen, frames.get(i), left, top);
      }
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  private static void draw(Graphics2D pen, Frame frame, int left, int top) {
    pen.drawImage(frame.thumbnail, left, top, null);
    int below = top + FRAME_HEIGHT + 6;
    pen.setColor(INK);
    PixelFont.draw(pen, frame.label, left, below, 2);
    String number = Integer.toString(frame.number);
    pen.setColor(PALE);
    PixelFont.draw(pen, number, left + FRAME_WIDTH - PixelFont.width(number, 2), below, 2);
  }
}
