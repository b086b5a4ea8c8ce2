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
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Loads three Zeebe brokers with a process of service tasks, and works on these itself. Its
 * arguments: the ports of the gateways, those of the brokers' command interface, steps, how many in
 * flight, warm-up, measured time. It says MEASURES, RESULT and its figures, and then, until it is
 * stopped, how many have ENDED.
 */
final class ZeebeLoad {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int BROKERS = 3;
  private static final long POLL_MILLIS = 100;

  private final ZeebeClient client;
  private final ClosedLoop loop;

  private ZeebeLoad(ZeebeClient client) {
    this.client = client;
    this.loop = new ClosedLoop(this::begin);
  }

  public static void main(String[] arguments) throws Exception {
    List<Integer> gateways = ports(arguments[0]);
    List<Integer> commands = ports(arguments[1]);
    int steps = Integer.parseInt(arguments[2]);
    int inFlight = Integer.parseInt(arguments[3]);
    Duration warmUp = Duration.parse(arguments[4]);
    Duration measured = Duration.parse(arguments[5]);
    int leader;
    try (ZeebeClient any = client(gateways.get(0))) {
      leader = commands.indexOf(leader(any));
      any.newDeployResourceCommand().addProcessModel(chain(steps), "chain.bpmn").send().join();
    }
    try (ZeebeClient client = client(gateways.get(leader))) {
      new ZeebeLoad(client).run(inFlight, warmUp, measured);
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

  private void run(int inFlight, Duration warmUp, Duration measured) throws InterruptedException {
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
      System.out.println("MEASURES");
      LoopFigures figures = loop.figures(loop.measure(measured));
      if (figures.failed() > 0) {
        System.out.println("FAILED " + loop.failed().replace('\n', ' '));
      }
      System.out.println(figures.line());
      while (true) {
        System.out.println("ENDED " + loop.completed());
        Thread.sleep(POLL_MILLIS);
      }
    }
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
