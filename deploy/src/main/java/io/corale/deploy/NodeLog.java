package io.corale.deploy;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import org.slf4j.LoggerFactory;

/**
 * The one log file of a node. Which file that is says the node's configuration, and reading that
 * asks for loggers already, so that logging is configured anew here instead of in time.
 */
final class NodeLog {
  /** By it an operator configures logging altogether; then nothing is changed here. */
  private static final String CHOSEN = "logback.configurationFile";

  private NodeLog() {}

  static void to(Path file) {
    if (System.getProperty(CHOSEN) != null) {
      return;
    }
    URL configuration =
        Objects.requireNonNull(NodeLog.class.getResource("/logback-node.xml"), "is packaged");
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    context.putProperty("corale.logFile", file.toString());
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    try {
      configurator.doConfigure(configuration);
    } catch (JoranException e) {
      throw new IllegalStateException("the packaged configuration of logging is broken", e);
    }
  }
}
