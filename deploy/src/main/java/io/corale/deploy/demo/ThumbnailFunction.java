package io.corale.deploy.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.corale.model.Payload;
import io.corale.node.provider.local.LocalFunction;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Generates picture {@code i} of {@code {"picture": i}} and answers {@code {"picture": i, "png":
 * "..."}}: its thumbnail of 96 by 72, as base64.
 */
public final class ThumbnailFunction implements LocalFunction {
  static final int WIDTH = 96;
  static final int HEIGHT = 72;

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public String name() {
    return "thumbnail";
  }

  @Override
  public Payload apply(Payload arguments) {
    long number = number(arguments);
    byte[] png = png(shrink(Picture.draw(number)));
    return Payload.ofJson(
        JSON.createObjectNode()
            .put("picture", number)
            .put("png", Base64.getEncoder().encodeToString(png))
            .toString());
  }

  private static long number(Payload arguments) {
    try {
      JsonNode picture = JSON.readTree(arguments.json()).path("picture");
      if (picture.isIntegralNumber() && picture.canConvertToLong()) {
        return picture.longValue();
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("expected {\"picture\": NUMBER}, was " + arguments, e);
    }
    throw new IllegalArgumentException("expected {\"picture\": NUMBER}, was " + arguments);
  }

  private static BufferedImage shrink(BufferedImage picture) {
    BufferedImage thumbnail = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = thumbnail.createGraphics();
    try {
      pen.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
      pen.drawImage(picture, 0, 0, WIDTH, HEIGHT, null);
    } finally {
      pen.dispose();
    }
    return thumbnail;
  }

  /** In memory: ImageIO would rather go through a file in the temporary directory. */
  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("this Java runtime writes no PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
