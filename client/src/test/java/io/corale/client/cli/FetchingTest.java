package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What publishing reads of this machine and of the web, and what it never reads. */
class FetchingTest {
  @TempDir private Path root;
  private Path directory;
  private Map<String, byte[]> pages = Map.of();

  @BeforeEach
  void makeFiles() throws IOException {
    directory = Files.createDirectories(root.resolve("compositions"));
    Files.writeString(directory.resolve("s.yaml"), "type: number");
    Files.writeString(directory.resolve(".env"), "PASSWORD=x");
    Files.writeString(root.resolve("outside.yaml"), "type: number");
  }

  private Fetching fetching(String source) {
    return new Fetching(source, directory, directory, this::page);
  }

  private byte[] page(java.net.URI address, int maxBytes) throws IOException {
    byte[] page = pages.get(address.toString());
    if (page == null) {
      throw new IOException("the answer has status 404");
    }
    return page;
  }

  @Test
  void aFileIsSeenFromTheComposition() throws IOException {
    Fetching fetching = fetching("endpoint: s.yaml");

    fetching.fetch("s.yaml");

    assertThat(fetching.texts()).containsExactly(Map.entry("s.yaml", "type: number"));
  }

  @Test
  void aFileOutsideIsReadOnlyWhereItsDirectoryWasNamed() throws IOException {
    String address = "../outside.yaml";
    Fetching wider = new Fetching(address, directory, root, this::page);

    wider.fetch(address);

    assertThat(wider.texts()).containsKey(address);
    assertThatThrownBy(() -> fetching(address).fetch(address))
        .hasMessageContaining("it is not below " + directory);
    String absolute = root.resolve("outside.yaml").toString();
    assertThatThrownBy(() -> fetching(absolute).fetch(absolute))
        .hasMessageContaining("--files DIRECTORY");
    assertThatThrownBy(() -> fetching(absolute).fetch("file://" + absolute))
        .hasMessageContaining("--files DIRECTORY");
  }

  @Test
  void aLinkThatLeadsOutsideIsOutside() throws IOException {
    Files.createSymbolicLink(directory.resolve("link.yaml"), root.resolve("outside.yaml"));

    assertThatThrownBy(() -> fetching("link.yaml").fetch("link.yaml"))
        .hasMessageContaining("it is not below");
  }

  @Test
  void aNodeGetsNothingThatTheCompositionDoesNotMention() {
    assertThatThrownBy(() -> fetching("endpoint: s.yaml").fetch(".env"))
        .hasMessage("nothing that is published mentions it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://intranet/x/",
        "http://intranet/functions/f/1.0.0/function.yaml",
        "https://example.com.intranet/s.yaml",
        "x/"
      })
  void aNodeChoosesNoServer(String address) {
    Fetching fetching = fetching("endpoint: https://example.com/s.yaml, uri: http://localhost/");

    assertThatThrownBy(() -> fetching.fetch(address))
        .hasMessage("nothing that is published mentions it");
  }

  @Test
  void whatAFetchedDocumentMentionsMayBeFetchedToo() throws IOException {
    pages =
        Map.of(
            "https://example.com/a.yaml",
            bytes("see b.yaml"),
            "https://example.com/b.yaml",
            bytes("x"));
    Fetching fetching = fetching("https://example.com/a.yaml");

    fetching.fetch("https://example.com/a.yaml");
    fetching.fetch("https://example.com/b.yaml");

    assertThat(fetching.texts()).hasSize(2);
  }

  @Test
  void aForgeIsAskedForTheDocumentItself() throws IOException {
    assertThat(Fetching.raw("https://github.com/o/r/tree/main/functions/f/1.0.0/function.yaml"))
        .hasToString("https://raw.githubusercontent.com/o/r/main/functions/f/1.0.0/function.yaml");
    assertThat(Fetching.raw("https://github.com/o/r/functions/f/1.0.0/function.yaml"))
        .hasToString("https://raw.githubusercontent.com/o/r/HEAD/functions/f/1.0.0/function.yaml");
    assertThat(Fetching.raw("https://gitlab.com/g/p/-/blob/main/f.yaml"))
        .hasToString("https://gitlab.com/g/p/-/raw/main/f.yaml");
    assertThat(Fetching.raw("https://example.com/tree/main/f.yaml"))
        .hasToString("https://example.com/tree/main/f.yaml");
  }

  @Test
  void sizesAreBounded() throws IOException {
    Files.write(directory.resolve("large"), new byte[Fetching.MAX_BYTES + 1]);
    Files.write(directory.resolve("one"), new byte[Fetching.MAX_BYTES]);
    Files.write(directory.resolve("two"), new byte[Fetching.MAX_BYTES]);
    Fetching fetching = fetching("large one two");

    assertThatThrownBy(() -> fetching.fetch("large")).hasMessage("it has more than 524288 bytes");
    fetching.fetch("one");
    assertThatThrownBy(() -> fetching.fetch("two"))
        .hasMessage("all resources together have more than 716800 bytes");
  }

  @Test
  void whatIsNoTextIsRefused() throws IOException {
    Files.write(directory.resolve("image"), new byte[] {(byte) 0xff, (byte) 0xfe});

    assertThatThrownBy(() -> fetching("image").fetch("image")).hasMessage("it is not UTF-8 text");
    assertThatThrownBy(() -> fetching("no").fetch("no")).hasMessage("there is no such file");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
