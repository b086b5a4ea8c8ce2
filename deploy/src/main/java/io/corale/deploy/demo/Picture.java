package io.corale.deploy.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;

/** A generated picture: a sky, a sun and ranges of hills, all drawn from its number. */
final class Picture {
  static final int WIDTH = 640;
  static final int HEIGHT = 480;

  private static final int RANGES = 5;
  private static final int STEP = 8;

  private Picture() {}

  /** The same picture for the same number, everywhere. */
  static BufferedImage draw(long number) {
    SplittableRandom chance = new SplittableRandom(number);
    float hue = chance.nextInt(360) / 360f;
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    try {
      pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      sky(pen, hue);
      sun(pen, chance, hue);
      for (int range = 0; range < RANGES; range++) {
        hills(pen, chance, hue, range);
      }
    } finally {
      pen.dispose();
    }
    return image;
  }

  private static void sky(Graphics2D pen, float hue) {
    Color above = Color.getHSBColor(hue, 0.55f, 0.95f);
    Color below = Color.getHSBColor(hue + 0.12f, 0.25f, 1f);
    pen.setPaint(new GradientPaint(0, 0, above, 0, HEIGHT, below));
    pen.fillRect(0, 0, WIDTH, HEIGHT);
  }

  private static void sun(Graphics2D pen, SplittableRandom chance, float hue) {
    int size = 60 + chance.nextInt(60);
    int x = chance.nextInt(WIDTH - size);
    int y = 30 + chance.nextInt(HEIGHT / 3);
    pen.setColor(Color.getHSBColor(hue + 0.5f, 0.35f, 1f));
    pen.fill(new Ellipse2D.Double(x, y, size, size));
    pen.setStroke(new BasicStroke(3));
    pen.setColor(Color.getHSBColor(hue + 0.5f, 0.15f, 1f));
    pen.draw(new Ellipse2D.Double(x - 12, y - 12, size + 24, size + 24));
  }

  private static void hills(Graphics2D pen, SplittableRandom chance, float hue, int range) {
    double base = HEIGHT * (0.45 + 0.11 * range);
    double height = 20 + chance.nextInt(50);
    double waves = 1 + chance.nextInt(4);
    double shift = chance.nextInt(628) / 100.0;
    Path2D ridge = new Path2D.Double();
    ridge.moveTo(0, HEIGHT);
    for (int x = 0; x <= WIDTH; x += STEP) {
      double turn = 2 * Math.PI * waves * x / WIDTH + shift;
      ridge.lineTo(x, base + height * (StrictMath.sin(turn) + 0.3 * StrictMath.sin(2.7 * turn)));
    }
    ridge.lineTo(WIDTH, HEIGHT);
    ridge.closePath();
    pen.setColor(
        Color.getHSBColor(hue + 0.3f + 0.04f * range, 0.45f + 0.1f * range, 0.8f - 0.13f * range));
    pen.fill(ridge);
  }
}
