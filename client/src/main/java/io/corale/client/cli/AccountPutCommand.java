package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code corale account put}. */
@Command(
    name = "put",
    description = {
      "Enters a provider account of an owner, or changes it.",
      "",
      "An example, with at most 8 calls at once, of which at most 4 are labels:",
      "  corale account put cheap --provider http --limit 8 --scope label:4 \\",
      "      --set url=http://localhost:9000"
    })
final class AccountPutCommand implements Callable<Integer> {
  /** {@code name=parent:limit}, or {@code name:limit} for a child of the root. */
  private static final Pattern SCOPE = Pattern.compile("([^=:]+)(?:=([^=:]+))?:(\\d{1,7})");

  @Parameters(paramLabel = "ACCOUNT", description = "Its name; functions refer to it.")
  private String account = "";

  @Option(
      names = "--provider",
      required = true,
      paramLabel = "PROVIDER",
      description = "How to reach it, such as http, exec, local or sim.")
  private String provider = "";

  @Option(
      names = "--limit",
      required = true,
      paramLabel = "N",
      description = "How many calls may run at it at once; never exceeded.")
  private int limit;

  @Option(
      names = "--scope",
      paramLabel = "NAME[=PARENT]:N",
      description = {
        "A limit on a part of the calls, inside of another scope (default: the account).",
        "May be repeated, parents first."
      })
  private List<String> scopes = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the provider, such as url; may be repeated.")
  private Map<String, String> settings = new TreeMap<>();

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      defaultValue = "lst_bl",
      description = "How ready calls are ordered: fifo, edf or lst_bl (default: ${DEFAULT-VALUE}).")
  private Policy policy = Policy.LST_BL;

  @Option(
      names = "--fast-retry",
      description = {
        "When the node that sends the owner's calls crashes, try those in flight again at once,",
        "though they may still run, rather than wait until they cannot any more. For that long,",
        "more than --limit may run: at most as many as were in flight at the crash."
      })
  private boolean retriesFast;

  @Mixin private final ConnectionOptions connection;

  AccountPutCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    Account described = described();
    try (Client client = connection.ownersClient()) {
      Replies.value(client.putAccount(described));
      connection
          .out()
          .println(
              "account "
                  + described.id()
                  + ": provider "
                  + described.provider()
                  + ", limit "
                  + described.concurrency()
                  + ", policy "
                  + described.policy().name().toLowerCase(Locale.ROOT)
                  + (described.retriesFast() ? ", fast retry" : ""));
      return Exit.OK;
    }
  }

  private Account described() {
    try {
      List<ScopeLimit> tree = new ArrayList<>();
      tree.add(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), limit));
      for (String scope : scopes) {
        tree.add(scope(scope));
      }
      return new Account(
          new AccountId(account), provider, 0, policy, new TreeMap<>(settings), tree, retriesFast);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private static ScopeLimit scope(String text) {
    Matcher parts = SCOPE.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "--scope '" + text + "': expected NAME:N or NAME=PARENT:N, such as label=account:4");
    }
    String parent = Optional.ofNullable(parts.group(2)).orElse(ScopeLimit.ROOT);
    return new ScopeLimit(parts.group(1), Optional.of(parent), Integer.parseInt(parts.group(3)));
  }
}
