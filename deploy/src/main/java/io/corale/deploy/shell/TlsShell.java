package io.corale.deploy.shell;

import java.io.PrintStream;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.shell.cli.sh.RatisShell;
import org.apache.ratis.util.TimeDuration;

/**
 * The stock shell with its commands and words, but over TLS, which the stock launcher cannot be
 * told. Properties of the system are properties of Ratis, as there.
 */
public final class TlsShell {
  private static final int USAGE = 64;

  /** As the stock launcher waits. */
  private static final TimeDuration PATIENCE = TimeDuration.valueOf(15, TimeUnit.SECONDS);

  private TlsShell() {}

  /** Runs one command of the shell and ends the process. */
  public static void main(String[] args) {
    System.exit(run(System.getenv(), System.getProperties(), System.out, args));
  }

  static int run(
      Map<String, String> environment, Properties system, PrintStream out, String... args) {
    TlsFiles files;
    try {
      files = TlsFiles.of(environment);
    } catch (IllegalArgumentException e) {
      out.println("ratis-shell: " + e.getMessage());
      return USAGE;
    }
    RaftProperties properties = new RaftProperties();
    RaftClientConfigKeys.Rpc.setRequestTimeout(properties, PATIENCE);
    system.stringPropertyNames().forEach(key -> properties.set(key, system.getProperty(key)));
    return RatisShell.newBuilder()
        .setPrintStream(out)
        .setProperties(properties)
        .setParameters(files.parameters())
        .build()
        .run(args);
  }
}
