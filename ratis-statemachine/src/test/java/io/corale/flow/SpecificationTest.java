package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.corale.flow.Compilation.Broken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every example of the public specification is a composition for us and for the standard's own SDK,
 * or the page on the specification says who refuses it and why.
 *
 * <p>The specification's texts are not ours to keep: for each example there is a document of its
 * name here, of the same constructs in the same shape, in our own words. With {@code
 * -Dspecification=DIRECTORY} the same table is held against the texts themselves.
 */
class SpecificationTest {
  private static final Path OWN = Path.of("src/test/resources/specification");
  private static final Path DOCUMENTS =
      Path.of(System.getProperty("specification", OWN.toString()));

  /** What both say of an example, and why they differ where they do. */
  record Expected(String document, String ours, String theirs, String why) {
    boolean compiles() {
      return ours.equals("compiles");
    }

    boolean isAccepted() {
      return theirs.equals("accepts");
    }

    boolean isExplained() {
      return !why.equals("-");
    }

    @Override
    public String toString() {
      return document;
    }
  }

  static Stream<Expected> expected() throws IOException {
    return Tables.section(Tables.SPECIFICATION, "Examples", 4).stream()
        .map(cells -> new Expected(cells[0], cells[1], cells[2], cells[3]));
  }

  @ParameterizedTest
  @MethodSource("expected")
  void weCompileItOrSayWhyNot(Expected expected) throws IOException {
    Compilation compilation = Compiler.compile(source(expected));

    List<String> messages =
        compilation instanceof Broken broken
            ? broken.diagnostics().stream().map(Diagnostic::message).toList()
            : List.of();
    List<String> reasons =
        expected.compiles() ? List.of() : List.of(expected.ours().split(" \\+ ", -1));
    assertThat(reasons).allMatch(reason -> messages.stream().anyMatch(m -> m.contains(reason)));
    assertThat(messages).allMatch(message -> reasons.stream().anyMatch(message::contains));
  }

  @ParameterizedTest
  @MethodSource("expected")
  void theSdkAcceptsItOrSaysWhyNot(Expected expected) throws IOException {
    Optional<String> refusal = SecondParser.refusal(source(expected));

    if (expected.isAccepted()) {
      assertThat(refusal).isEmpty();
    } else {
      assertThat(refusal).hasValueSatisfying(why -> assertThat(why).contains(expected.theirs()));
    }
  }

  @ParameterizedTest
  @MethodSource("expected")
  void differencesHaveAReasonAndNothingElseHas(Expected expected) {
    assertThat(expected.isExplained()).isEqualTo(expected.compiles() != expected.isAccepted());
  }

  @Test
  void everyExampleIsExpected() throws IOException {
    assertThat(expected().map(Expected::document).toList())
        .isSorted()
        .doesNotHaveDuplicates()
        .containsAll(Tables.documents(DOCUMENTS))
        .containsExactlyElementsOf(Tables.documents(OWN));
  }

  private static String source(Expected expected) throws IOException {
    assumeTrue(Tables.documents(DOCUMENTS).contains(expected.document()));
    return Tables.document(DOCUMENTS, expected.document());
  }
}
