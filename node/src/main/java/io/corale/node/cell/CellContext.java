package io.corale.node.cell;

import io.corale.model.Incarnation;
import io.corale.model.OwnerId;
import io.corale.node.thread.FairPool;
import io.corale.node.thread.Narrows;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What all awake cells of a node share.
 *
 * @param threads on which the cells take their turns
 * @param evaluations the bounded pool that interprets, by turns; refuses what does not fit
 * @param narrows lets few large evaluations run at once
 * @param checkEvery after so many entries replicas are compared
 * @param remember writes the changed file of a cell, off the cell's thread
 * @param stillborn disposes of a replica whose birth was given up
 * @param ailing looks after a replica with which something has become wrong, on another thread
 */
record CellContext(
    Incarnation self,
    RaftHost host,
    Births births,
    Builds builds,
    Endowment endowment,
    Sender sender,
    Evaluator evaluator,
    Calendar calendar,
    Witness witness,
    TurnThreads threads,
    FairPool<OwnerId> evaluations,
    Narrows narrows,
    Machines machines,
    RandomGenerator chance,
    int checkEvery,
    CellWatch watch,
    Consumer<AwakeCell> remember,
    Consumer<CellFile> stillborn,
    Consumer<AwakeCell> ailing) {}
