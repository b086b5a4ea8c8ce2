package io.corale.deploy;

import io.corale.client.ClientBuilder;
import io.corale.client.cli.Surroundings;
import io.corale.deploy.cluster.LocalCluster;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;

/** What a command said and how it ended. */
record Said(int exit, String out, String err) {
  /** Runs a {@code corale} command in this process, as owner {@code acme} at the first node. */
  static Said corale(LocalCluster cluster, String... arguments) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("CORALE_NODES", cluster.doors().get(0));
    environment.put("CORALE_OWNER", "acme");
    environment.put("CORALE_TOKEN", cluster.token());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine corale =
        Corale.commandLine(
            new Surroundings(
                environment, InputStream.nullInputStream(), false, ClientBuilder::build));
    corale.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exit = corale.execute(arguments);
    return new Said(exit, out.toString(), err.toString());
  }
}
