package io.corale.deploy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.corale.deploy.recorder.Event;
import io.corale.deploy.recorder.RecorderHistory;
import io.corale.model.Payload;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;

/** What is left when the acts are over: the contact sheet and the timeline. Pure. */
final class Curtain {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Curtain() {}

  /** The frames of the sheet, from the outputs of the picture composition. */
  static List<ContactSheet.Frame> frames(List<Payload> outputs) throws IOException {
    List<ContactSheet.Frame> frames = new ArrayList<>();
    for (Payload output : outputs) {
      JsonNode json = JSON.readTree(output.json());
      byte[] png = Base64.getDecoder().decode(json.path("png").asText());
      BufferedImage thumbnail = ImageIO.read(new ByteArrayInputStream(png));
      frames.add(
          new ContactSheet.Frame(
              json.path("picture").asInt(), thumbnail, json.path("label").asText()));
    }
    return frames;
  }

  /** The timeline of a whole record. */
  static TimelinePicture timeline(
      RecorderHistory history,
      List<TimelinePicture.Act> acts,
      List<String> nodes,
      Reigns reigns,
      TimelinePicture.Kill kill) {
    List<TimelinePicture.Level> levels = new ArrayList<>();
    long firstRefused = 0;
    int refused = 0;
    long from = acts.get(0).span().from();
    for (Event event : history.events()) {
      if (event.wallMillis() < from) {
        continue; // Of the warm-up.
      }
      if (event.what() == Event.Kind.REFUSED) {
        firstRefused = refused == 0 ? event.wallMillis() : firstRefused;
        refused++;
      } else {
        levels.add(new TimelinePicture.Level(event.wallMillis(), event.total()));
      }
    }
    long to = acts.get(acts.size() - 1).span().to();
    return new TimelinePicture(
        new TimelinePicture.Span(from, to),
        Story.CHEAP_LIMIT,
        levels,
        refused == 0 ? List.of() : List.of(new TimelinePicture.Refusals(firstRefused, refused)),
        acts,
        nodes,
        reigns.until(to),
        Optional.of(kill));
  }
}
