module cdk8s-meshrr/pause

go 1.24.0
