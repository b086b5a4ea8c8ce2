package io.corale.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class TimelinePictureTest {
  private static final TimelinePicture.Span WHOLE = new TimelinePicture.Span(1_000, 11_000);

  @Test
  void showsLimitSuperpeersRefusalsAndTheKillInWellFormedXml() throws Exception {
    String svg =
        new TimelinePicture(
                WHOLE,
                4,
                List.of(new TimelinePicture.Level(1_500, 4), new TimelinePicture.Level(6_000, 2)),
                List.of(new TimelinePicture.Refusals(1_500, 56)),
                List.of(new TimelinePicture.Act(WHOLE, "1: <burst> & more")),
                List.of("n1", "n2"),
                List.of(
                    new TimelinePicture.Reign(new TimelinePicture.Span(1_000, 6_000), "n1"),
                    new TimelinePicture.Reign(new TimelinePicture.Span(7_000, 11_000), "n2")),
                Optional.of(new TimelinePicture.Kill(6_000, "n1")))
            .svg();

    Document xml =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertThat(xml.getDocumentElement().getTextContent())
        .contains("56 × 429", "kill -9 n1", "n2", "limit of the account (4)", "<burst> & more");
    assertThat(svg).doesNotContain("href").contains("M76.0 286.0H127.0 V126.0H586.0 V206.0H1096.0");
  }

  @Test
  void anEmptyRecordIsAnEmptyPlot() {
    String svg =
        new TimelinePicture(
                new TimelinePicture.Span(5, 5),
                1,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty())
            .svg();

    assertThat(svg).contains("</svg>").doesNotContain("NaN", "Infinity");
  }
}
