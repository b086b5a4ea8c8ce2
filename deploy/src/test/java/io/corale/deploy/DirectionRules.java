package io.corale.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;

/** Who may know whom: dependencies point down, and each foreign library has its rooms. */
final class DirectionRules {
  private static final String[] PROTOCOL = {"io.corale..model..", "io.corale.wire.."};
  private static final String[] STATE_MACHINE = {"io.corale..flow..", "io.corale..scheduler.."};
  private static final String[] GOSSIP = {"io.corale..gossip.."};
  private static final String[] CLIENT = {"io.corale..client.."};
  private static final String[] NODE = {"io.corale..node.."};
  private static final String[] DEPLOY = {"io.corale..deploy.."};

  private DirectionRules() {}

  static List<HouseRule> all() {
    return List.of(
        new HouseRule(
            "protocol knows nothing above it",
            apart(PROTOCOL, STATE_MACHINE, GOSSIP, CLIENT, NODE, DEPLOY),
            List.of("ModelThatKnowsTheScheduler")),
        new HouseRule(
            "ratis-statemachine knows only protocol",
            apart(STATE_MACHINE, GOSSIP, CLIENT, NODE, DEPLOY),
            List.of("SchedulerThatKnowsTheOverlay")),
        new HouseRule(
            "gossip knows only protocol",
            apart(GOSSIP, STATE_MACHINE, CLIENT, NODE, DEPLOY),
            List.of("GossipThatKnowsTheScheduler")),
        new HouseRule(
            "client knows only protocol",
            apart(CLIENT, STATE_MACHINE, GOSSIP, NODE, DEPLOY),
            List.of("ClientThatKnowsTheNode")),
        new HouseRule(
            "node knows neither client nor deploy",
            apart(NODE, CLIENT, DEPLOY),
            List.of("NodeThatKnowsTheClient")),
        new HouseRule(
            "the model knows only itself",
            noClasses()
                .that()
                .resideInAPackage("io.corale..model")
                .should()
                .dependOnClassesThat(houseOutside("io.corale..model")),
            List.of("ModelThatKnowsTheScheduler")),
        new HouseRule(
            "the pure scheduler knows only the model",
            noClasses()
                .that()
                .resideInAPackage("io.corale..scheduler")
                .should()
                .dependOnClassesThat(houseOutside("io.corale..model", "io.corale..scheduler")),
            List.of("SchedulerThatKnowsTheOverlay")),
        new HouseRule(
            "rooms of the node do not know its assembly",
            noClasses()
                .that()
                .resideInAPackage("io.corale..node.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.corale..node"),
            List.of("RoomThatKnowsTheAssembly")),
        new HouseRule(
            "providers never meet",
            slices().matching("io.corale..provider.(*)..").should().notDependOnEachOther(),
            List.of("ProviderThatMeetsAnother")),
        new HouseRule(
            "no package needs one that needs it",
            slices().matching("io.corale.(**)").should().beFreeOfCycles(),
            List.of("Hen", "Egg")),
        new HouseRule(
            "Ratis has its rooms",
            noClasses()
                .that()
                .resideOutsideOfPackages(
                    "io.corale..scheduler.ratis",
                    "io.corale..node.cell",
                    "io.corale..node.observe.ratis",
                    "io.corale..deploy.bench..",
                    "io.corale..deploy.shell")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.ratis.."),
            List.of("RatisInTheOpen")),
        new HouseRule(
            "Netty has its rooms",
            noClasses()
                .that()
                .resideOutsideOfPackages(
                    "io.corale..netty",
                    "io.corale..node",
                    "io.corale..node.door",
                    "io.corale..node.outward.http",
                    "io.corale..node.provider.http",
                    "io.corale..node.provider.corale",
                    "io.corale..node.provider.grpc",
                    "io.corale..deploy.recorder",
                    "io.corale..deploy.bench..")
                .and()
                // Package-private on purpose: in client.netty its port would become public API.
                .doNotHaveFullyQualifiedName("io.corale.client.NettyLine")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty.."),
            List.of("NettyInTheOpen")),
        new HouseRule(
            "HTTP/2 and Protobuf's JSON have their room",
            noClasses()
                .that()
                .resideOutsideOfPackage("io.corale..node.provider.grpc")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "io.netty.handler.codec.http2..",
                    "com.google.protobuf.util..",
                    "com.google.gson.."),
            List.of("MessagesInTheOpen")),
        new HouseRule(
            "ZooKeeper has its room",
            noClasses()
                .that()
                .resideOutsideOfPackage("io.corale..node.registry")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator.."),
            List.of("ZooKeeperInTheOpen")),
        new HouseRule(
            "metrics have their room",
            noClasses()
                .that()
                .resideOutsideOfPackage("io.corale..node.observe")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.codahale.metrics.."),
            List.of("MetricsInTheOpen")),
        new HouseRule(
            "nobody who is watched knows the watcher",
            noClasses()
                .that()
                .resideOutsideOfPackages("io.corale..node.observe..", "io.corale..node")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.corale..node.observe.."),
            List.of("RoomThatKnowsTheWatcher")),
        new HouseRule(
            "the hallway is free of Netty",
            noClasses()
                .that()
                .haveSimpleName("Intake")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty.."),
            List.of("Intake")),
        new HouseRule(
            "classes are named for what they are",
            noClasses()
                .should()
                .haveNameMatching(".*[a-z](Manager|Helper|Utils?|Impl|Info)")
                .orShould()
                .haveNameMatching(".*[.$]Abstract[A-Z][^.]*")
                .orShould()
                .resideInAnyPackage(
                    "io.corale..util..",
                    "io.corale..common..",
                    "io.corale..helper..",
                    "io.corale..manager..",
                    "io.corale..impl.."),
            List.of("QueueManager")));
  }

  private static ArchRule apart(String[] those, String[]... others) {
    String[] apart = Arrays.stream(others).flatMap(Arrays::stream).toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAnyPackage(those)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(apart);
  }

  private static DescribedPredicate<JavaClass> houseOutside(String... rooms) {
    return JavaClass.Predicates.resideInAPackage("io.corale..")
        .and(JavaClass.Predicates.resideOutsideOfPackages(rooms))
        .as("are of the house, outside " + List.of(rooms));
  }
}
