package io.corale.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContactSheetTest {
  @Test
  void laysThumbnailsOutInRowsOfTenWithTheirLabels() {
    BufferedImage red = new BufferedImage(96, 72, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 96; x++) {
      for (int y = 0; y < 72; y++) {
        red.setRGB(x, y, Color.RED.getRGB());
      }
    }
    List<ContactSheet.Frame> frames = new ArrayList<>();
    for (int i = 1; i <= 11; i++) {
      frames.add(new ContactSheet.Frame(i, red, "river"));
    }

    BufferedImage sheet = ContactSheet.of("eleven", frames);

    assertThat(count(sheet, Color.RED)).isEqualTo(11 * 96 * 72);
    assertThat(sheet.getHeight()).isEqualTo(2 * 24 + 44 + 2 * (72 + 20 + 12) - 12);
    assertThat(count(sheet, new Color(0x22, 0x2b, 0x38))).as("title and labels").isPositive();
  }

  private static long count(BufferedImage image, Color colour) {
    long count = 0;
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        if (image.getRGB(x, y) == colour.getRGB()) {
          count++;
        }
      }
    }
    return count;
  }
}
