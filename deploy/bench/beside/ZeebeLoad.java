import io.camunda.zeebe.client.ZeebeClient;
import io.camunda.zeebe.client.api.response.ActivatedJob;
import io.camunda.zeebe.client.api.response.BrokerInfo;
import io.camunda.zeebe.client.api.response.Topology;
import io.camunda.zeebe.client.api.worker.JobClient;
import io.camunda.zeebe.client.api.worker.JobWorker;
import io.camunda.zeebe.model.bpmn.Bpmn;
import io.camunda.zeebe.model.bpmn.BpmnModelInstance;
import io.camunda.zeebe.model.bpmn.builder.AbstractFlowNodeBuilder;
import io.corale.deploy.bench.ClosedLoop;
import io.corale.deploy.bench.LoopFigures;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Loads three Zeebe brokers with a process of service tasks, and works on these itself. Its
 * arguments: the ports of the gateways, those of the brokers' command interface, steps. Its loads
 * have numbers from 0: N begins when there is a file N.begin where it works, with how many in
 * flight, warm-up and measured time in it. It says N MEASURES, N RESULT and its figures; then how
 * many have ENDED, until there is a file N.end; and N DRAINED with how many failed, when none is in
 * flight any more. It waits for the next load until it is stopped.
 */
final class ZeebeLoad {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int BROKERS = 3;
  private static final long POLL_MILLIS = 100;

  private final ZeebeClient client;
  private final int number;
  private final ClosedLoop loop;

  private ZeebeLoad(ZeebeClient client, int number) {
    this.client = client;
    this.number = number;
    this.loop = new ClosedLoop(this::begin);
  }

  public static void main(String[] arguments) throws Exception {
    List<Integer> gateways = ports(arguments[0]);
    List<Integer> commands = ports(arguments[1]);
    int steps = Integer.parseInt(arguments[2]);
    int leader;
    try (ZeebeClient any = client(gateways.get(0))) {
      leader = commands.indexOf(leader(any));
      any.newDeployResourceCommand().addProcessModel(chain(steps), "chain.bpmn").send().join();
    }
    try (ZeebeClient client = client(gateways.get(leader))) {
      System.out.println("READY");
      for (int number = 0; true; number++) {
        Path begin = Path.of(number + ".begin");
        await(begin);
        String[] pace = Files.readString(begin).split(" ");
        new ZeebeLoad(client, number)
            .run(Integer.parseInt(pace[0]), Duration.parse(pace[1]), Duration.parse(pace[2]));
      }
    }
  }

  private static void await(Path file) throws InterruptedException {
    while (!Files.exists(file)) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static List<Integer> ports(String argument) {
    return Arrays.stream(argument.split(",")).map(Integer::valueOf).toList();
  }

  private static ZeebeClient client(int port) {
    return ZeebeClient.newClientBuilder()
        .grpcAddress(URI.create("http://127.0.0.1:" + port))
        .usePlaintext()
        .defaultRequestTimeout(TIMEOUT)
        .build();
  }

  /** The port of the broker that leads the first partition, once all brokers know each other. */
  private static int leader(ZeebeClient client) throws InterruptedException {
    long until = System.nanoTime() + TIMEOUT.toNanos();
    while (System.nanoTime() < until) {
      Topology topology = client.newTopologyRequest().send().join();
      Optional<BrokerInfo> leader =
          topology.getBrokers().stream()
              .filter(
                  broker ->
                      broker.getPartitions().stream()
                          .anyMatch(part -> part.getPartitionId() == 1 && part.isLeader()))
              .findFirst();
      if (topology.getBrokers().size() == BROKERS && leader.isPresent()) {
        return leader.get().getPort();
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new IllegalStateException("no leader, or fewer than three brokers, within " + TIMEOUT);
  }

  private static BpmnModelInstance chain(int steps) {
    AbstractFlowNodeBuilder<?, ?> last = Bpmn.createExecutableProcess("chain").startEvent();
    for (int i = 1; i <= steps; i++) {
      last = last.serviceTask("step" + i, task -> task.zeebeJobType("step"));
    }
    return last.endEvent().done();
  }

  private void run(int inFlight, Duration warmUp, Duration measured) throws Exception {
    try (JobWorker worker =
        client
            .newWorker()
            .jobType("step")
            .handler(this::step)
            .timeout(TIMEOUT)
            .maxJobsActive(2 * inFlight)
            .streamEnabled(true)
            .open()) {
      loop.begin(inFlight);
      Thread.sleep(warmUp.toMillis());
      say("MEASURES");
      Duration elapsed = loop.measure(measured);
      say(loop.figures(elapsed).line());
      Path end = Path.of(number + ".end");
      while (!Files.exists(end)) {
        say("ENDED " + loop.completed());
        Thread.sleep(POLL_MILLIS);
      }
      loop.end(TIMEOUT);
      long failed = loop.figures(elapsed).failed();
      if (failed > 0) {
        say("FAILED " + loop.failed().replace('\n', ' '));
      }
      say("DRAINED " + failed);
    }
  }

  private void say(String what) {
    System.out.println(number + " " + what);
  }

  private CompletionStage<Optional<String>> begin() {
    return client
        .newCreateInstanceCommand()
        .bpmnProcessId("chain")
        .latestVersion()
        .withResult()
        .requestTimeout(TIMEOUT)
        .send()
        .thenApply(result -> Optional.empty());
  }

  private void step(JobClient jobs, ActivatedJob job) {
    jobs.newCompleteCommand(job.getKey())
        .send()
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                loop.fail("completing a job: " + failure);
              }
            });
  }
}
