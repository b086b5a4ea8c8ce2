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
 * "..."}}: its thumbnail as base64, 96 wide or, if the arguments have one, of a lesser {@code
 * width}.
 */
public final class ThumbnailFunction implements LocalFunction {
  /** So that the result fits into a log entry with room to spare. */
  private static final int WIDTH = 96;

  private static final int MIN_WIDTH = 8;

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public String name() {
    return "thumbnail";
  }

  @Override
  public Payload apply(Payload arguments) {
    JsonNode asked = read(arguments);
    long number = number(asked.path("picture"), 0, Long.MAX_VALUE);
    int width = asked.has("width") ? (int) number(asked.path("width"), MIN_WIDTH, WIDTH) : WIDTH;
    byte[] png = png(shrink(Picture.draw(number), width));
    return Payload.ofJson(
        JSON.createObjectNode()
            .put("picture", number)
            .put("png", Base64.getEncoder().encodeToString(png))
            .toString());
  }

  private static JsonNode read(Payload arguments) {
    try {
      return JSON.readTree(arguments.json());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("expected {\"picture\": NUMBER}, was " + arguments, e);
    }
  }

  private static long number(JsonNode value, long least, long most) {
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < least
        || value.longValue() > most) {
      throw new IllegalArgumentException(
          "expected {\"picture\": NUMBER}, with \"width\" from " + MIN_WIDTH + " to " + WIDTH);
    }
    return value.longValue();
  }

  private static BufferedImage shrink(BufferedImage picture, int width) {
    int height = width * Picture.HEIGHT / Picture.WIDTH;
    BufferedImage thumbnail = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = thumbnail.createGraphics();
    try {
      pen.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
      pen.drawImage(picture, 0, 0, width, height, null);
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
