package io.corale.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Payload;
import io.corale.node.provider.local.LocalFunction;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.ServiceLoader;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ThumbnailFunctionTest {
  private static final String START = "{\"picture\":7,\"png\":\"";

  private final ThumbnailFunction function = new ThumbnailFunction();

  @Test
  void answersASmallPngOfThePicture() throws Exception {
    String json = function.apply(Payload.ofJson("{\"picture\": 7}")).json();

    assertThat(json).startsWith(START).endsWith("\"}").hasSizeLessThan(16 * 1024);
    BufferedImage png =
        ImageIO.read(
            new ByteArrayInputStream(
                Base64.getDecoder().decode(json.substring(START.length(), json.length() - 2))));
    assertThat(png.getWidth()).isEqualTo(96);
    assertThat(png.getHeight()).isEqualTo(72);
  }

  @Test
  void fitsForEveryPictureOfTheStoryAndEachIsItsOwn() {
    long different =
        java.util.stream.IntStream.range(0, 60)
            .mapToObj(i -> function.apply(Payload.ofJson("{\"picture\": " + i + "}")))
            .peek(result -> assertThat(result.sizeBytes()).isLessThan(16 * 1024))
            .distinct()
            .count();

    assertThat(different).isEqualTo(60);
    assertThat(function.apply(Payload.ofJson("{\"picture\": 7}")))
        .isEqualTo(function.apply(Payload.ofJson("{\"picture\": 7, \"more\": true}")));
  }

  @Test
  void shrinksAsFarAsItIsAsked() throws Exception {
    String json = function.apply(Payload.ofJson("{\"picture\": 7, \"width\": 40}")).json();

    BufferedImage png =
        ImageIO.read(
            new ByteArrayInputStream(
                Base64.getDecoder().decode(json.substring(START.length(), json.length() - 2))));
    assertThat(png.getWidth()).isEqualTo(40);
    assertThat(png.getHeight()).isEqualTo(30);
  }

  @Test
  void saysWhatItExpects() {
    assertThatThrownBy(() -> function.apply(Payload.ofJson("{\"picture\": 7, \"width\": 97}")))
        .hasMessageContaining("\"width\" from 8 to 96");
    assertThatThrownBy(() -> function.apply(Payload.ofJson("{\"picture\": \"seven\"}")))
        .hasMessageContaining("expected {\"picture\": NUMBER}");
    assertThatThrownBy(() -> function.apply(Payload.ofJson("nonsense")))
        .hasMessageContaining("expected {\"picture\": NUMBER}");
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(LocalFunction.class))
        .extracting(LocalFunction::name)
        .contains("thumbnail");
  }
}
