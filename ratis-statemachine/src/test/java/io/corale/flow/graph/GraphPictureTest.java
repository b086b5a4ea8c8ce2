package io.corale.flow.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.Outline;
import io.corale.sim.Seeds;
import java.io.StringReader;
import java.util.SplittableRandom;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class GraphPictureTest {
  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  @ParameterizedTest
  @MethodSource("io.corale.flow.graph.Outlines#examples")
  void drawsTheExamplesAsWellFormedXmlThatNeedsNothingElse(String name) throws Exception {
    String svg = GraphPicture.svg(Outlines.example(name));

    assertThat(parsed(svg).getDocumentElement().getTextContent()).contains(name + ":1.0.0");
    assertThat(svg).doesNotContain("href", "NaN", "Infinity", "@import");
  }

  @Test
  void showsNamesWorksAndCases() throws Exception {
    String svg = GraphPicture.svg(Outlines.example("fork"));

    assertThat(parsed(svg).getDocumentElement().getTextContent())
        .contains(
            "both", "fork", "one", "call left", "isAnyMissing", "missing", "complete", "join");
  }

  @Test
  void namesStayText() throws Exception {
    String name = "<script>&amp;'\"]]>\u0000\u0008\ud800\ufffe";
    String svg = GraphPicture.svg(new Outline(name, Outlines.nested(2, name)));

    Document xml = parsed(svg);
    assertThat(xml.getElementsByTagName("script").getLength()).isZero();
    assertThat(xml.getDocumentElement().getTextContent()).contains("<script>&amp;'\"]]>");
  }

  @Test
  void sixtyFourBoxesInBoxesAreDrawn() throws Exception {
    String svg = GraphPicture.svg(new Outline("deep", Outlines.nested(64, "größe")));

    assertThat(parsed(svg).getElementsByTagName("g").getLength()).isEqualTo(64);
    assertThat(svg).hasSizeLessThan(100_000);
  }

  @Test
  void threeHundredTasksAreDrawn() throws Exception {
    StringBuilder tasks = new StringBuilder("  - t0: {set: {a: 1}}\n");
    for (int i = 1; i < 300; i++) {
      tasks
          .append("  - t" + i + ":\n      switch:\n")
          .append("        - back: {when: .a, then: t" + (i / 2) + "}\n")
          .append("        - far: {when: .b, then: t" + Math.min(299, 2 * i) + "}\n");
    }
    Outline outline = Outlines.ofTasks(tasks.toString());

    assertThat(parsed(GraphPicture.svg(outline)).getElementsByTagName("text").getLength())
        .isGreaterThan(900);
    assertThat(GraphPicture.svg(outline)).hasSizeLessThan(1_000_000);
  }

  @Seeds(50)
  void theSameOutlineIsTheSamePicture(long seed) {
    Outline one = new Outline("t", Outlines.random(new SplittableRandom(seed), 2));
    Outline other = new Outline("t", Outlines.random(new SplittableRandom(seed), 2));

    assertThat(GraphPicture.svg(one)).isEqualTo(GraphPicture.svg(other));
  }
}
