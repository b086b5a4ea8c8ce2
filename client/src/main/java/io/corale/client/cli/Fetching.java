package io.corale.client.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fetches the external resources of one composition: files from below its directory, and documents
 * from the web.
 *
 * <p>A node says which addresses it lacks, and what is read is sent to it. So nothing is fetched
 * that neither the composition nor a document fetched for it mentions, and no file that is not
 * below a directory that was named.
 */
public final class Fetching {
  /** What a node takes of one resource. */
  static final int MAX_BYTES = 512 * 1024;

  /** All of them and the composition must fit into one request. */
  static final int MAX_TOTAL_BYTES = 700 * 1024;

  /** {@code github.com/OWNER/REPO[/tree|blob/REF]/PATH}, as people read it. */
  private static final Pattern GITHUB =
      Pattern.compile("https://github\\.com/([^/]+)/([^/]+)(?:/(?:tree|blob)/([^/]+))?/(.+)");

  /** {@code gitlab.com/GROUP/PROJECT/-/tree|blob/REF/PATH}. */
  private static final Pattern GITLAB =
      Pattern.compile("(https://gitlab\\.com/.+/-)/(?:tree|blob)/(.+)");

  private static final Pattern SERVER = Pattern.compile("https?://[^/?#]*");

  private final Path directory;
  private final Path allowed;
  private final Web web;
  private final SortedMap<String, String> texts = new TreeMap<>();
  private final StringBuilder mentioned;
  private int bytes;

  /**
   * @param directory of the composition, from which its paths are seen
   * @param allowed the directory below which files may be read
   */
  Fetching(String source, Path directory, Path allowed, Web web) {
    this.mentioned = new StringBuilder(source);
    this.directory = directory;
    this.allowed = allowed;
    this.web = web;
  }

  /** For a composition in a file, which may name files below its directory. */
  public static Fetching of(Path composition, String source) {
    Path directory = directory(composition);
    return new Fetching(source, directory, directory, Web.real());
  }

  static Path directory(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  /** What was fetched, by address. */
  public SortedMap<String, String> texts() {
    return Collections.unmodifiableSortedMap(texts);
  }

  /** Whether this was fetched already, so that asking for it again leads nowhere. */
  public boolean has(String address) {
    return texts.containsKey(address);
  }

  /**
   * Fetches one more.
   *
   * @throws IOException with a message for a person
   */
  public void fetch(String address) throws IOException {
    if (!isMentioned(address)) {
      throw new IOException("nothing that is published mentions it");
    }
    byte[] read = isOnTheWeb(address) ? web.get(raw(address), MAX_BYTES) : file(address);
    bytes += read.length;
    if (bytes > MAX_TOTAL_BYTES) {
      throw new IOException("all resources together have more than " + MAX_TOTAL_BYTES + " bytes");
    }
    String text = text(read);
    mentioned.append('\n').append(text);
    texts.put(address, text);
  }

  /** What it is called, and the server that has it. */
  private boolean isMentioned(String address) {
    String last = address.substring(address.lastIndexOf('/') + 1);
    Matcher server = SERVER.matcher(address);
    boolean isOnTheWeb = server.lookingAt();
    boolean isOfCatalog = isOnTheWeb && last.equals("function.yaml");
    return (isOfCatalog || mentioned.indexOf(last) >= 0)
        && (isOnTheWeb ? mentioned.indexOf(server.group()) >= 0 : !last.isEmpty());
  }

  private static boolean isOnTheWeb(String address) {
    return address.startsWith("http://") || address.startsWith("https://");
  }

  /** Where a forge shows a document to people, it has it for machines elsewhere. */
  static URI raw(String address) throws IOException {
    Matcher github = GITHUB.matcher(address);
    Matcher gitlab = GITLAB.matcher(address);
    String machine = address;
    if (github.matches()) {
      String ref = github.group(3) == null ? "HEAD" : github.group(3);
      machine =
          "https://raw.githubusercontent.com/%s/%s/%s/%s"
              .formatted(github.group(1), github.group(2), ref, github.group(4));
    } else if (gitlab.matches()) {
      machine = gitlab.group(1) + "/raw/" + gitlab.group(2);
    }
    try {
      return URI.create(machine);
    } catch (IllegalArgumentException e) {
      throw new IOException("it is no address", e);
    }
  }

  private byte[] file(String address) throws IOException {
    Path real;
    try {
      Path path = address.startsWith("file:") ? Path.of(URI.create(address)) : Path.of(address);
      real = directory.resolve(path).toRealPath();
    } catch (IllegalArgumentException e) {
      throw new IOException("it is no path of a file", e);
    } catch (IOException e) {
      throw new IOException(Sources.reason(e), e);
    }
    if (!real.startsWith(realDirectory())) {
      throw new IOException(
          "it is not below " + allowed + "; --files DIRECTORY allows another directory");
    }
    if (!Files.isRegularFile(real)) {
      throw new IOException("it is no file");
    }
    try (InputStream in = Files.newInputStream(real)) {
      byte[] read = in.readNBytes(MAX_BYTES + 1);
      if (read.length > MAX_BYTES) {
        throw new IOException("it has more than " + MAX_BYTES + " bytes");
      }
      return read;
    }
  }

  private Path realDirectory() throws IOException {
    try {
      return allowed.toRealPath();
    } catch (IOException e) {
      throw new IOException("directory " + allowed + ": " + Sources.reason(e), e);
    }
  }

  private static String text(byte[] bytes) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("it is not UTF-8 text", e);
    }
  }
}
