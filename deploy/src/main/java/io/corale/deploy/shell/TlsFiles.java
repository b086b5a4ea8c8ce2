package io.corale.deploy.shell;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;

/**
 * The PEM files by which the shell knows servers, and is known by them, as the environment names
 * them.
 *
 * @param trust certificates of whoever signed those of the servers
 * @param own the shell's own, where servers ask for it
 */
record TlsFiles(Path trust, Optional<Own> own) {
  static final String TRUST = "CORALE_SHELL_TRUST";
  static final String CERTIFICATE = "CORALE_SHELL_CERTIFICATE";
  static final String KEY = "CORALE_SHELL_KEY";

  /** A certificate with its private key (PKCS 8). */
  record Own(Path certificate, Path key) {}

  /** Throws {@link IllegalArgumentException} that says which variable is wrong. */
  static TlsFiles of(Map<String, String> environment) {
    Optional<Path> certificate = file(environment, CERTIFICATE);
    Optional<Path> key = file(environment, KEY);
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException(
          CERTIFICATE + " and " + KEY + " belong together: set both, or neither");
    }
    Path trust =
        file(environment, TRUST)
            .orElseThrow(
                () -> new IllegalArgumentException(TRUST + " must name a file of certificates"));
    return new TlsFiles(trust, certificate.map(present -> new Own(present, key.orElseThrow())));
  }

  private static Optional<Path> file(Map<String, String> environment, String variable) {
    String name = environment.getOrDefault(variable, "");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Path file = Path.of(name);
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new IllegalArgumentException(variable + ": no file that can be read: " + name);
    }
    return Optional.of(file);
  }

  Parameters parameters() {
    Parameters parameters = new Parameters();
    GrpcConfigKeys.TLS.setConf(
        parameters,
        own.map(mine -> config(mine.key().toFile(), mine.certificate().toFile()))
            .orElseGet(() -> new GrpcTlsConfig(null, null, trust.toFile(), false)));
    return parameters;
  }

  private GrpcTlsConfig config(File key, File certificate) {
    return new GrpcTlsConfig(key, certificate, trust.toFile(), true);
  }
}
