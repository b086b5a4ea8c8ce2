package io.corale.planted.scheduler;

record CountsInDoubles(double share) {}
