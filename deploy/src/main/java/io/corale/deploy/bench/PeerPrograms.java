package io.corale.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the systems are that we are measured beside, as {@code deploy/bench/peers} has laid them.
 *
 * @param directory with {@code restate}, a package of npm with its modules, and {@code zeebe}, with
 *     a distribution, the libraries of its client and the program that loads it
 * @param jdk that runs Zeebe
 */
record PeerPrograms(Path directory, Path jdk) {
  private static final String ZEEBE = "camunda-zeebe-";
  private static final String JAVA = "JAVA_VERSION=";

  Path restate() {
    return directory.resolve("restate");
  }

  /** The server is a binary of its own for each platform; npm took the one that fits. */
  Path restateServer() throws IOException {
    return only(restate().resolve("node_modules/@restatedev"), "restate-server-")
        .resolve("bin/restate-server");
  }

  Path zeebe() throws IOException {
    return only(directory.resolve("zeebe"), ZEEBE);
  }

  String zeebeVersion() throws IOException {
    return zeebe().getFileName().toString().substring(ZEEBE.length());
  }

  /** As the JDK says of itself. */
  String jdkVersion() throws IOException {
    try (Stream<String> lines = Files.lines(jdk.resolve("release"))) {
      return lines
          .filter(line -> line.startsWith(JAVA))
          .map(line -> line.substring(JAVA.length()).replace("\"", ""))
          .findFirst()
          .orElseThrow(() -> new IOException("no " + JAVA + " in " + jdk.resolve("release")));
    }
  }

  Path zeebeLoad() {
    return directory.resolve("zeebe/ZeebeLoad.java");
  }

  String zeebeClient() {
    return directory.resolve("zeebe/client") + "/*";
  }

  private static Path only(Path parent, String prefix) throws IOException {
    if (!Files.isDirectory(parent)) {
      throw new IOException("nothing is laid in " + parent);
    }
    try (Stream<Path> children = Files.list(parent)) {
      List<Path> found =
          children.filter(path -> path.getFileName().toString().startsWith(prefix)).toList();
      if (found.size() != 1) {
        throw new IOException(
            "one '" + prefix + "...' was expected in " + parent + ", there are " + found.size());
      }
      return found.get(0);
    }
  }
}
