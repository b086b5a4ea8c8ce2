package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.client.Reply;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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
      "      --set url=http://localhost:9000",
      "and that of the labels at most 600 start in a minute:",
      "  ... --rate label:600/min",
      "",
      "Where the provider can be asked what the account may use, the smaller of that and of what"
          + " is",
      "said here is in force; of http, in the form of Apache OpenWhisk:",
      "  ... --set limits=https://faas.example/api/v1/namespaces/_/limits --set limits.secret=NAME",
      "",
      "It says whether the limits are in force, or how much is while more runs than they allow:",
      "PENDING(12 in force). Nothing starts then, so that this can only fall. Where the provider",
      "is known to allow less than was said here, that is shown as '3 discovered'."
    })
final class AccountPutCommand implements Callable<Integer> {
  /** Longer than any call runs. */
  private static final Duration MOST_WAIT = Duration.ofDays(30);

  /** Between two looks at what is in force. */
  private static final Duration PAUSE = Duration.ofMillis(500);

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

  @Option(
      names = "--wait",
      arity = "0..1",
      fallbackValue = "PT1H",
      paramLabel = "DURATION",
      description = {
        "Wait until the limits are in force, at most so long (default: ${FALLBACK-VALUE}), where"
            + " the",
        "owner's work is served; where it is not, nothing is waited for. Say --wait=DURATION."
      })
  private @Nullable Duration wait;

  @Mixin private final Limits more = new Limits();
  @Mixin private final ConnectionOptions connection;

  AccountPutCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    Account described = described();
    if (wait != null && (wait.isNegative() || wait.compareTo(MOST_WAIT) > 0)) {
      throw CliFailure.usage("--wait must be from PT0S to " + MOST_WAIT + ", was " + wait);
    }
    try (Client client = connection.ownersClient()) {
      Door.Done done = Replies.value(client.putAccount(described));
      connection.out().println(words(described));
      for (ScopeLimit scope : described.scopes()) {
        if (!scope.more().isEmpty()) {
          String limits = Limits.words(Encode.scope(scope).getMoreList());
          connection.out().println("  scope " + scope.scope() + ": " + limits);
        }
      }
      if (!done.hasInForce()) {
        connection.out().println("  " + untold(done));
        return wait != null && done.getIndex() > 0 ? Exit.UNKNOWN : Exit.OK;
      }
      Door.AccountInForce last =
          wait == null ? done.getInForce() : awaited(client, done.getInForce(), wait);
      InForce.words(last).forEach(line -> connection.out().println("  " + line));
      return wait != null && InForce.isPending(last) ? Exit.UNKNOWN : Exit.OK;
    }
  }

  private static String untold(Door.Done done) {
    return done.getIndex() > 0
        ? "taken over by a node of an older build, which does not say what is in force"
        : "in force as soon as a node serves the owner's work";
  }

  private static String words(Account account) {
    return "account "
        + account.id()
        + ": provider "
        + account.provider()
        + ", limit "
        + account.concurrency()
        + ", policy "
        + account.policy().name().toLowerCase(Locale.ROOT)
        + (account.retriesFast() ? ", fast retry" : "");
  }

  private static Door.AccountInForce awaited(
      Client client, Door.AccountInForce first, Duration most) throws InterruptedException {
    long begun = System.nanoTime();
    Door.AccountInForce last = first;
    while (InForce.isPending(last)) {
      AccountId id = new AccountId(first.getAccount());
      // Whoever cannot say it now may do so later: the account has been put in any case.
      if (client.inForce(Optional.of(id)).join()
          instanceof Reply.Given<Door.AccountsInForce> told) {
        last = told.value().getAccounts(0);
      }
      if (System.nanoTime() - begun >= most.toNanos()) {
        return last;
      }
      if (InForce.isPending(last)) {
        Thread.sleep(PAUSE.toMillis());
      }
    }
    return last;
  }

  private Account described() {
    try {
      List<ScopeLimit> tree = new ArrayList<>();
      tree.add(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), limit));
      for (String scope : scopes) {
        tree.add(scope(scope));
      }
      return new Account(
          new AccountId(account),
          provider,
          0,
          policy,
          new TreeMap<>(settings),
          more.with(tree),
          retriesFast);
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
