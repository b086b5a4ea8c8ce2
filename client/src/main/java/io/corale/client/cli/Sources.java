package io.corale.client.cli;

import io.corale.model.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads texts that a command line names: a file, {@code -} for standard input. */
final class Sources {
  /** The longest records of workflows fit; what has no end does not fill our memory. */
  private static final int MAX_BYTES = 64 * 1024 * 1024;

  private Sources() {}

  /** JSON that stands in an option, in a file after '@', or in standard input for '-'. */
  static Payload payload(String option, String given, InputStream in) {
    String text = given;
    String from = option;
    if (given.equals("-") || given.startsWith("@")) {
      from = given.equals("-") ? "standard input" : "file " + given.substring(1);
      text = read(given.equals("-") ? "-" : given.substring(1), in);
    }
    Optional<String> fault = Json.fault(text);
    if (fault.isPresent()) {
      throw CliFailure.usage(from + " is not JSON: " + fault.get());
    }
    return Payload.ofJson(text.strip());
  }

  static String read(String name, InputStream in) {
    return read(name, in, MAX_BYTES);
  }

  static String read(String name, InputStream in, int mostBytes) {
    try {
      if (name.equals("-")) {
        return new String(bounded(name, in, mostBytes), StandardCharsets.UTF_8);
      }
      try (InputStream file = Files.newInputStream(Path.of(name))) {
        ByteBuffer bytes = ByteBuffer.wrap(bounded(name, file, mostBytes));
        return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      }
    } catch (IOException e) {
      throw CliFailure.usage("file " + name + " cannot be read: " + reason(e));
    }
  }

  private static byte[] bounded(String name, InputStream in, int mostBytes) throws IOException {
    byte[] bytes = in.readNBytes(mostBytes + 1);
    if (bytes.length > mostBytes) {
      throw CliFailure.usage(
          "file " + name + " has more than " + mostBytes + " bytes, which is all that is read");
    }
    return bytes;
  }

  /** In words, for the exceptions of files carry only a name. */
  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (e instanceof CharacterCodingException) {
      return "it is not UTF-8 text";
    }
    return String.valueOf(e.getMessage());
  }
}
